"""`evo schema`: the config's JSON Schema, a commented starter file, or the config reference."""

from __future__ import annotations

import argparse
import json

from evo.cli.output import pour
from evo.config.reference import json_schema
from evo.config.reference import template as starter
from evo.config.reference_page import reference_page


def schema(arguments: argparse.Namespace) -> int:
    """Print the schema, the template or the page."""
    pour(_text(template=arguments.template, markdown=arguments.markdown))
    return 0


def _text(*, template: str | None, markdown: bool) -> str:
    if markdown:
        return reference_page()
    return starter(template) if template else json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
