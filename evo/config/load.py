"""From a config file, or a dict, to a RunConfig. Everything a config can do wrong is one ConfigError."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evo.config.identity import changed_identity, identity, identity_hash
from evo.config.overrides import apply_overrides
from evo.config.plain import plain
from evo.config.problems import Locations
from evo.config.resolved import dump_resolved
from evo.config.schema import RunConfig
from evo.config.validate import validate
from evo.config.yaml_loader import Document, load_yaml
from evo.errors import ConfigError

__all__ = [
    "Loaded",
    "changed_identity",
    "config_from_dict",
    "config_from_text",
    "dump_resolved",
    "identity",
    "identity_hash",
    "load_config",
    "resolve_paths",
]


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


def config_from_text(text: str, name: str, base: Path, overrides: Sequence[str] = ()) -> RunConfig:
    """Check a config given as text; problems are located at `name`, relative data paths begin at `base`.

    Raises:
        ConfigError: one line per problem.
    """
    document = load_yaml(text, name)
    if document.value is None and not overrides:
        raise ConfigError([f"{name}:1: is empty; `evo schema --template` prints a starter file"])
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
    locations = Locations.of_value("config", plain(doc).value)
    if not overrides:
        return resolve_paths(validate(doc, locations), base)
    changed = apply_overrides(dict(doc), locations, overrides)
    return resolve_paths(validate(changed.value, changed.locations, changed.problems), base)


def resolve_paths(config: RunConfig, base: Path) -> RunConfig:
    """The config with its data paths absolute; `~` is the home folder, other relative paths start at `base`."""
    data = config.data
    absolute = replace(
        data,
        path=_absolute(data.path, base),
        valid_path=_absolute(data.valid_path, base),
        test_path=_absolute(data.test_path, base),
    )
    network = replace(config.genome.network, path=_absolute(config.genome.network.path, base))
    return replace(config, data=absolute, genome=replace(config.genome, network=network))


def _absolute(path: str | None, base: Path) -> str | None:
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
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        message = f"{path}:{line}: is not UTF-8 text (byte 0x{error.object[error.start]:02x})"
    except FileNotFoundError:
        message = f"{path}: no such file"
    except IsADirectoryError:
        message = f"{path}: is a folder, not a config file"
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror or error}"
    except ValueError:
        message = f"{str(path)!r}: is not a file name"
    raise ConfigError([message])
