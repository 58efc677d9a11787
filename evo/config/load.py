"""From a config file, or a dict, to a RunConfig. Everything a config can do wrong is one ConfigError."""

from __future__ import annotations

import os
import select
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from evo.config.choice import schema_of
from evo.config.overrides import apply_overrides
from evo.config.plain import plain
from evo.config.problems import Locations
from evo.config.schema import RunConfig
from evo.config.validate import validate
from evo.config.yaml_loader import LONGEST, Document, load_yaml
from evo.errors import ConfigError
from genomes.text.quoting import line_of, quoted

#: Seconds until a pipe that nobody has opened counts as empty.
_PATIENCE: Final = 1.0
#: Characters of a file's name in messages.
_LONGEST_NAME: Final = 120


@dataclass(frozen=True, slots=True)
class Loaded:
    """A valid config and the file it came from."""

    config: RunConfig
    """Overrides applied, data paths absolute."""
    text: str
    """The file, verbatim."""
    path: Path
    """As given."""


def load_config(path: Path, overrides: Sequence[str] = ()) -> Loaded:
    """Read, override and check a config file.

    Args:
        path: a YAML file; relative data paths in it, or in overrides, are relative to its folder.
        overrides: `key.path=value` each, values in YAML.

    Raises:
        ConfigError: one line per problem, in the order of the file, overrides last.
    """
    text = _read(path)
    return Loaded(config_from_text(text, str(path), path.parent, overrides), text, path)


def config_from_text(
    text: str, name: str, base: Path, overrides: Sequence[str] = (), adapt: Callable[[Any], Any] | None = None
) -> RunConfig:
    """Check a config given as text; problems are located at `name`, relative data paths begin at `base`.

    adapt: makes of what was stored a document of today, before overrides are put in.

    Raises:
        ConfigError: one line per problem.
    """
    document = load_yaml(text, name)
    if document.value is None and not overrides:
        raise ConfigError([f"{name}:1: is empty; `evo schema --template` prints a starter file"])
    if adapt is not None:
        document = replace(document, value=adapt(document.value))
    return resolve_paths(_checked(document, name, overrides), base)


def config_from_dict(doc: Mapping[str, Any], base: Path, overrides: Sequence[str] = ()) -> RunConfig:
    """Check a config given as nested mappings; problems are located at `config`.

    Args:
        doc: what the YAML file would hold; numbers may be NumPy's, paths may be Path objects.
        base: folder that relative data paths are relative to.
        overrides: as in `load_config`.

    Raises:
        ConfigError: one line per problem.
    """
    locations = Locations.of_value("config", plain(doc, schema_of(doc)).value)
    if not overrides:
        return resolve_paths(validate(doc, locations), base)
    changed = apply_overrides(dict(doc), locations, overrides)
    return resolve_paths(validate(changed.value, changed.locations, changed.problems), base)


def resolve_paths(config: RunConfig, base: Path) -> RunConfig:
    """The config with its paths absolute; `~` is the home folder, other relative paths start at `base`."""
    return config.with_files(partial(_absolute, base))


def _absolute(base: Path, path: str | None) -> str | None:
    if path is None:
        return None
    try:
        return str(base.absolute() / Path(path).expanduser())
    except RuntimeError:  # no such user: then it is a file called ~something
        return str(base.absolute() / path)


def _checked(document: Document, name: str, overrides: Sequence[str]) -> RunConfig:
    value = {} if document.value is None else document.value
    changed = apply_overrides(value, Locations.of_lines(name, document.lines), overrides)
    return validate(changed.value, changed.locations, [*document.problems, *changed.problems])


def _read(path: Path) -> str:
    name = line_of(str(path), _LONGEST_NAME)
    try:
        content = _content(path)
        if len(content) > LONGEST:
            raise ConfigError([f"{name}: is larger than {LONGEST // 10**6} MB, the most that a config may have"])
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        message = f"{name}:{line}: is not UTF-8 text (byte 0x{error.object[error.start]:02x}); save it as UTF-8"
    except FileNotFoundError:
        message = f"{name}: no such file"
    except IsADirectoryError:
        message = f"{name}: is a folder, not a config file"
    except OSError as error:
        message = f"{name}: cannot be read: {error.strerror or error}"
    except ValueError:
        message = f"{quoted(str(path))}: is not a file name"
    raise ConfigError([message])


def _content(path: Path) -> bytes:
    """A little more than a config may have at most: enough to see that it is too long, even of a device.

    A pipe that somebody writes to is read (``evo check <(make-config)``); one that nobody opens is empty after a while,
    instead of waiting for ever.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        is_pipe = stat.S_ISFIFO(os.fstat(descriptor).st_mode)
        if is_pipe and not select.select([descriptor], [], [], _PATIENCE)[0] and not _has_writer(descriptor):
            return b""
        os.set_blocking(descriptor, True)
        return file.read(LONGEST + 1)


def _has_writer(descriptor: int) -> bool:
    """Whether an empty pipe, not blocking, is open for writing somewhere: else reading finds its end."""
    try:
        return bool(os.read(descriptor, 1))
    except BlockingIOError:
        return True
