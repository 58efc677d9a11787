"""`evo schema`: the config's JSON Schema, or a commented starter file."""

from __future__ import annotations

import argparse
import json
import sys

from evo.config.reference import json_schema, template


def schema(arguments: argparse.Namespace) -> int:
    """Print the schema or the template."""
    text = template() if arguments.template else json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    sys.stdout.write(text)
    return 0
