"""resolved.yaml: a config with every default written out, which reads back as the same config."""

from __future__ import annotations

from typing import Any, Final

import yaml

from evo.config.identity import to_json
from evo.config.schema import RunConfig
from evo.config.yaml_core import STR, CoreResolver

_WIDTH: Final = 100_000


def dump_resolved(config: RunConfig) -> str:
    """The config as YAML in block style: every key, in the schema's order."""
    return dump_yaml(to_json(config))


def dump_yaml(value: object, *, flow: bool = False) -> str:
    """Plain values as YAML that readers of versions 1.1 and 1.2 understand alike; in brackets if `flow`."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, default_flow_style=flow, allow_unicode=True, width=_WIDTH)


class _Dumper(CoreResolver, yaml.SafeDumper):
    def resolve(self, kind: type[Any], value: Any, implicit: Any) -> str:
        """Text is quoted as soon as either version of YAML would read it as something else."""
        core = super().resolve(kind, value, implicit)
        return core if core != STR else str(yaml.resolver.Resolver.resolve(self, kind, value, implicit))  # type: ignore[no-untyped-call]

    def represent_scalar(self, tag: str, value: Any, style: str | None = None) -> yaml.ScalarNode:
        """Text with control characters is escaped: in other styles PyYAML folds some of them (U+0085) into spaces."""
        return super().represent_scalar(tag, value, style if str(value).isprintable() else '"')

    def ignore_aliases(self, data: Any) -> bool:
        """Equal values are written out, never as anchors."""
        return True
