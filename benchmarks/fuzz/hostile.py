"""Texts and values that a file of a run, a table or a config may hold to do harm.

Texts hold code for every language that evo writes, whose only effect is the canary, and characters that terminals obey.
"""

from __future__ import annotations

from typing import Any

_MADE = "../outside/canary"
#: Texts for places where names, ids and words are expected.
HOSTILE: tuple[str, ...] = (
    f"x\nopen({_MADE!r}, 'w')\n#",
    f"'''\nopen({_MADE!r}, 'w')\n'''",
    f'"""\nopen({_MADE!r}, "w")\n"""',
    f'*/ int x = system("touch {_MADE}"); /*',
    f'\\\nint x = system("touch {_MADE}");',
    f"x'; ATTACH '{_MADE}' AS a; CREATE TABLE a.t (x); --",
    f"x\"; ATTACH '{_MADE}' AS a; CREATE TABLE a.t (x); --",
    f'\nendmodule\nmodule m; integer f; initial f = $fopen("{_MADE}");\nendmodule\n',
    '`include "/etc/passwd"',
    "synthesis translate_off",
    f"<script>x</script><img src=x onerror=y>[a](file://{_MADE})",
    f"$(touch {_MADE})`touch {_MADE}`; touch {_MADE}",
    "../../outside/precious",
    "../../../outside/folder/inner",
    "/etc/passwd",
    "\x1b]0;title\x07\x1b[2J\x1b[31m",
    "\u202egnp.exe\u2066x\u2069",
    "a\u2028b\u2029c\x85d\x00e",
    "[bold red]x[/bold red]",
    "%s%n{0}{x}${y}",
    "NaN",
    "",
    "x" * 5000,
)
#: Values of other types and sizes than any that evo writes.
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 2**31, -(2**63), 10**30, 1e308, -0.0, "", "1", [], {}, [[]], [None], {"a": {}},
    10**9, [10**9] * 3, {"": ""}, ["x"] * 1000,
)  # fmt: skip
#: Texts in place of a value, as JSON that Python's own parser takes, or nearly.
LITERALS: tuple[str, ...] = (
    "NaN", "-Infinity", "1e999", "1" * 5000, "[" * 100_000, '{"a":' * 900 + "1" + "}" * 900, '"\\ud800"', "tru", "",
    "{}{}", "0x10", "'x'",
)  # fmt: skip
