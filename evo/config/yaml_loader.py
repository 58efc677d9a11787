"""Strict YAML: plain values, and the line every key stands on.

PyYAML's composer builds the node graph; the values are made here, because its constructor would drop duplicate keys,
resolve merge keys and lose the lines. What can be skipped (a duplicate key, a key that is no text) becomes a problem of
the document, so that it is reported together with all others; what leaves no document to check raises at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

from evo.config.problems import KeyPath, Problem, shown
from evo.config.yaml_core import MAP, SEQ, CoreResolver, scalar
from evo.config.yaml_words import explain, explain_character
from evo.errors import ConfigError
from genomes.text.printable import printable
from genomes.text.quoting import shortened

#: Characters of a config: a thousand times what one needs, and what PyYAML reads in two or three seconds.
LONGEST: Final = 1_000_000
#: Values of a config, those in lists and mappings and those that aliases repeat included.
MOST_VALUES: Final = 20_000
DEEPEST: Final = 24
TOO_MANY: Final = (
    f"more than {MOST_VALUES:,} values, the most that a config may have (an alias counts as all it repeats)"
)


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document."""

    value: Any
    """dict, list, str, int, float, bool or None."""
    lines: Mapping[KeyPath, int]
    """1-based line of every key and list item; the empty path is the document's first line."""
    problems: tuple[Problem, ...] = ()
    """What was skipped."""


class YamlError(ValueError):
    """Text that is no document: what is wrong, and on which 1-based line."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        super().__init__(message)


def load_yaml(text: str, name: str) -> Document:
    """Read one YAML document, which may be of any type.

    Args:
        text: the whole file.
        name: what to call it in messages, usually its path.

    Raises:
        ConfigError: one line, `name:line: what is wrong`.
    """
    try:
        return parse_yaml(text)
    except YamlError as error:
        raise ConfigError([f"{name}:{error.line}: {error}"]) from None


def parse_yaml(text: str) -> Document:
    """Like `load_yaml`, for text that has no file.

    Raises:
        YamlError: the text is no document, or a larger one than a config can be.
    """
    if len(text) > LONGEST:
        raise YamlError(1, f"is longer than {LONGEST:,} characters, the most that a config may have")
    builder = _Builder()
    try:
        node = _compose(text)
        value = None if node is None else builder.build(node, ())
    except yaml.reader.ReaderError as error:
        raise YamlError(*explain_character(error, text)) from None
    except yaml.MarkedYAMLError as error:
        raise YamlError(*explain(error, text)) from None
    return Document(value, {(): 1, **builder.lines}, tuple(builder.problems))


def _refused(node: yaml.Node, message: str) -> YamlError:
    return YamlError(_line(node), message)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


class _Loader(CoreResolver, yaml.SafeLoader):
    depth = 0
    count = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Compose a node and all below it; stops well before Python's stack would, and before it takes long."""
        self.depth += 1
        self.count += 1
        if self.depth > DEEPEST:
            self._refuse(f"nested more than {DEEPEST} levels deep")
        if self.count > 2 * MOST_VALUES:  # a key is a node of its own
            self._refuse(TOO_MANY)
        node: yaml.Node | None = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def _refuse(self, message: str) -> None:
        raise YamlError(self.peek_event().start_mark.line + 1, message)  # type: ignore[no-untyped-call]


def _compose(text: str) -> yaml.Node | None:
    loader = _Loader(text)
    try:
        return loader.get_single_node()
    except YamlError:
        raise
    except (ValueError, OverflowError):  # PyYAML leaves a chr() unguarded: "\\U00110000"
        raise YamlError(loader.line + 1, "an escape in double quotes that names no character") from None
    finally:
        loader.dispose()


class _Builder:
    """Turns a node graph into plain values; one instance per document."""

    def __init__(self) -> None:
        self.lines: dict[KeyPath, int] = {}
        self.problems: list[Problem] = []
        self._open: set[int] = set()
        self._built = 0

    def build(self, node: yaml.Node, path: KeyPath) -> Any:
        """The value of a node that stands at `path`."""
        self._guard(node)
        self.lines.setdefault(path, _line(node))
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        self._open.add(id(node))
        if isinstance(node, yaml.SequenceNode) and node.tag == SEQ:
            value: Any = [self.build(item, (*path, number)) for number, item in enumerate(node.value)]
        elif isinstance(node, yaml.MappingNode) and node.tag == MAP:
            value = self._mapping(node, path)
        else:
            raise _refused(node, f"the tag {_short(node.tag)} is not allowed here")
        self._open.remove(id(node))
        return value

    def _guard(self, node: yaml.Node) -> None:
        if id(node) in self._open:
            raise _refused(node, "an alias that contains itself")
        self._built += 1
        if self._built > MOST_VALUES:
            raise _refused(node, TOO_MANY)

    def _scalar(self, node: yaml.ScalarNode) -> Any:
        try:
            return scalar(node.tag, node.value)
        except ValueError:
            raise _refused(node, f"the tag {_short(node.tag)} is not allowed for {shown(node.value)}") from None

    def _mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[Any, Any]:
        mapping: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise _refused(key_node, "a key must be text, not a list or mapping; quote it if it is text")
            key = self._scalar(key_node)
            here = (*path, key)
            if key == "<<" and key_node.style is None:
                self._skip(path, key_node, "merge keys (<<) are not supported; write the keys out")
            elif key in mapping:
                self._skip(here, key_node, f"is given twice, first on line {self.lines[here]}")
            else:
                self.lines[here] = _line(key_node)
                mapping[key] = self.build(value_node, here)
        return mapping

    def _skip(self, path: KeyPath, node: yaml.Node, message: str) -> None:
        self.problems.append(Problem(path, message, _line(node)))


def _short(tag: str) -> str:
    return shortened(printable(tag.replace("tag:yaml.org,2002:", "!!")))
