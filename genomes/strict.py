"""How pydantic reads a section of the config: unknown keys and wrong types are errors, docstrings are descriptions."""

from __future__ import annotations

STRICT = {"extra": "forbid", "strict": True, "use_attribute_docstrings": True}
