"""An exported program under a name of the user's: two models then fit into one program.

In C the name takes the place of `evo` before everything that the file defines (``loans_predict``, ``loans_row``), in
Python it is the function's own. Texts of the data, which stand in strings, are left as they are.
"""

from __future__ import annotations

import io
import keyword
import re
import tokenize

from evo.errors import ExportError
from evo.export.names import LONGEST
from evo.export.ports import check_module

#: What files in C define, behind ``evo_`` and ``EVO_``.
_OWN = (
    r"evo_(?:classes|classify_bytes|columns|lanes|least|most|outputs|pack(?:_\d+|_bytes)?|part_\d+|pixel"
    r"|predict(?:_words)?|row|tests_\d+)|EVO_(?:APART|HEIGHT|INPUTS|LANES|OUTPUTS|SLOTS|WIDTH)"
)
_STRINGS = r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"
_C = re.compile(rf"//[^\n]*|/\*.*?\*/|{_STRINGS}|\b(?:{_OWN})\b", re.DOTALL)
_INSIDE = re.compile(rf"\b(?:{_OWN})\b")
FUNCTION = "predict"


def c_named(text: str, name: str) -> str:
    """A file in C with `name` in the place of ``evo``.

    Raises:
        ExportError: C cannot call anything so, or the file has such a name already.
    """
    check_module(name)

    def renamed(found: re.Match[str]) -> str:
        own = found[0]
        if own[0] in "\"'":
            return own
        if own[0] == "/":
            return _INSIDE.sub(renamed, own)
        return f"{name.upper()}{own[3:]}" if own.startswith("EVO") else f"{name}{own[3:]}"

    new = {renamed(found) for found in _INSIDE.finditer(text)}
    _require_free(name, new & set(re.findall(r"\w+", re.sub(_STRINGS, "", text))))
    return _C.sub(renamed, text)


def python_named(text: str, name: str) -> str:
    """A module of Python whose function `predict` is called `name`.

    Raises:
        ExportError: Python cannot call a function so, or the module uses the name already.
    """
    if not name.isidentifier() or keyword.iskeyword(name) or not name.isascii() or len(name) > LONGEST:
        need = f"a function of Python has a name of at most {LONGEST} letters, digits and underscores"
        raise ExportError(f"{need} that is no word of Python, got {name!r}", where="--module")
    lines, changes = text.splitlines(keepends=True), list[tuple[int, int]]()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NAME and token.string == FUNCTION:
            changes.append((token.start[0] - 1, token.start[1]))
        elif token.type == tokenize.NAME and token.string == name:
            _require_free(name, {name})
    for row, column in reversed(changes):
        line = lines[row]
        lines[row] = line[:column] + name + line[column + len(FUNCTION) :]
    return "".join(lines)


def _require_free(name: str, taken: set[str]) -> None:
    if taken:
        raise ExportError(
            f"{min(taken)} is a name of this file already; choose another than {name!r}", where="--module"
        )
