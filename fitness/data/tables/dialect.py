"""How a CSV file is written: found out by DuckDB's sniffer, doubted where it would lose rows or names in silence."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from fitness.data.checks import quoted, require_few_columns
from fitness.data.tables.cells import MISSING, PLAIN_NUMBER
from fitness.data.tables.database import Connection, engine, text
from fitness.data.tables.files import TableFile, unpacked
from fitness.errors import ContainerError, DataError

DELIMITERS = (",", ";", "\t", "|", " ")
BACKSLASH = "\\"
#: Lines that are looked at.
HEAD = 100
#: Characters of a line; DuckDB's own bound is kept where the first lines are short.
SHORT_LINE, LONG_LINE = 2_000_000, 2**26
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+\Z")
_COMMENT = re.compile(r"\s*(#|//|%|--|sep=)|\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """names: of the columns, `nameless` those that the file does not name; skip: lines before the header, if any;
    broken_lines: whether quoted cells go over several of the first lines.
    """

    delimiter: str
    quote: str
    escape: str
    skip: int
    header: bool
    names: tuple[str, ...]
    encoding: str
    notes: tuple[str, ...] = ()
    nameless: frozenset[str] = frozenset()
    broken_lines: bool = False

    def read(self, file: TableFile, longest: int) -> str:
        """The call of DuckDB's reader that gives every cell as text, in columns c0, c1, ..."""
        columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(self.names)))
        marks = f"delim={text(self.delimiter)}, quote={text(self.quote)}, escape={text(self.escape)}, comment=''"
        lines = f"header={self.header}, skip={self.skip}, max_line_size={longest}"
        whole = f"compression={text(file.packed)}, encoding={text(self.encoding)}"
        strict = "auto_detect=false, strict_mode=true, null_padding=false"
        return f"read_csv({text(file.path)}, columns={{{columns}}}, {marks}, {lines}, {whole}, {strict})"


def dialect_of(
    con: Connection, file: TableFile, encoding: str | None, header: bool | None, known: Sequence[str]
) -> tuple[Dialect, int]:
    """The dialect, and a bound on the length of lines.

    Args:
        con: a connection that may read the file.
        file: a CSV file.
        encoding: as the config says; None for UTF-8 or what the file says.
        header: whether there is one; None to find out.
        known: names that are expected: a first line that has one of them is a header.

    Raises:
        DataError: no header, unnamed or repeated names, or too many columns.
    """
    encoding = encoding or ("utf-16" if file.utf16 else "utf-8")
    lines = _first_lines(con, file, encoding)
    longest = min(LONG_LINE, max(SHORT_LINE, 4 * max(map(len, lines), default=0)))
    delimiter, quote, escape, skip, sniffed = _sniffed(con, file, encoding, lines, longest, known)
    first = _cells(lines[skip:], delimiter, quote)
    require_few_columns(len(first), f"{file.shown}:{skip + 1}")
    if header is None:
        header = _is_header(first, sniffed, known)
        if not header:
            raise DataError(no_header(first), where=f"{file.shown}:{skip + 1}")
    names, notes = _names(first, file, skip) if header else (tuple(f"column {i + 1}" for i in range(len(first))), ())
    if skip:
        notes = (f"{skip} line{'s' * (skip > 1)} before the header left out", *notes)
    nameless = frozenset(names) - frozenset(first)
    return Dialect(
        delimiter, quote, escape, skip, header, names, encoding, notes, nameless, _broken(lines, quote)
    ), longest


def no_header(first: Sequence[str]) -> str:
    """What to say of a first line that is a row."""
    hint = "add a line of names, or set data.header: true, or false to have column 1, column 2, ..."
    return f"the first line looks like data, not like a header: {quoted(first)}; {hint}"


def _first_lines(con: Connection, file: TableFile, encoding: str) -> list[str]:
    """The first lines as text, as far as they are needed to look at a header."""
    if file.packed == "zstd":  # which the standard library does not unpack
        options = f"compression='zstd', encoding={text(encoding)}, header=false, columns={{'line': 'VARCHAR'}}"
        whole = f"read_csv({text(file.path)}, delim='\x1f', quote='', escape='', auto_detect=false, {options})"
        return [f"{line or ''}\n" for (line,) in con.execute(f"SELECT line FROM {whole} LIMIT {HEAD}").fetchall()]
    with unpacked(file) as stream:
        content = stream.read(2**16)
        while b"\n" not in content and b"\r" not in content and len(content) < LONG_LINE:
            more = stream.read(2**20)
            if not more:
                break
            content += more
    decoded = content.decode(encoding, errors="replace").removeprefix("\ufeff")
    return _LINE.findall(decoded)[:HEAD]


def _sniffed(
    con: Connection, file: TableFile, encoding: str, lines: Sequence[str], longest: int, known: Sequence[str]
) -> tuple[str, str, str, int, bool]:
    """Delimiter, quote, escape, lines to skip, whether there is a header."""
    options = f"compression={text(file.packed)}, encoding={text(encoding)}, max_line_size={longest}"
    query = f"SELECT Delimiter, Quote, Escape, SkipRows, HasHeader FROM sniff_csv({text(file.path)}, {options})"
    try:
        delimiter, quote, escape, skip, header = con.execute(query).fetchone()
    except engine().Error as problem:
        if "unicode" in str(problem).lower():
            raise
        delimiter, quote, escape, skip, header = ",", '"', '"', 0, True
    quote = "'" if quote == "'" and _single_quoted(lines, delimiter) else '"'
    escape = escape if escape == BACKSLASH else quote  # any other one would drop characters of cells
    if known:
        delimiter = max((delimiter, *DELIMITERS), key=lambda mark: _names_among(lines, mark, known))
    skip = _believed(lines, skip, delimiter, known)
    first = lines[skip] if skip < len(lines) else ""
    if delimiter not in first:  # one column, or rows of different lengths
        expected = _names_among([first], delimiter, known) > 0
        delimiter = "," if expected else next((m for m in DELIMITERS if _divides(m, lines[skip:], quote)), ",")
    return delimiter, quote, escape, skip, bool(header)


def _broken(lines: Sequence[str], quote: str) -> bool:
    """Whether a line has an odd number of quotes: a cell goes on in the next line, then."""
    return any(line.count(quote) % 2 for line in lines)


def _names_among(lines: Sequence[str], mark: str, known: Sequence[str]) -> int:
    """How many of the expected names a line has, where `mark` stands between cells; of the first that has most."""
    return max((len(set(known).intersection(_cells([line], mark, '"'))) for line in lines[:10]), default=0)


def _single_quoted(lines: Sequence[str], delimiter: str) -> bool:
    """Whether cells stand between single quotes: in pairs, at the ends of cells, and no others."""
    begin = re.compile(rf"(?:^|{re.escape(delimiter)})\s*'")
    pairs = all(line.count("'") % 2 == 0 and '"' not in line for line in lines)
    return pairs and any(map(begin.search, lines))


def _divides(mark: str, lines: Sequence[str], quote: str) -> bool:
    """Whether most lines have as many cells as the first, and more than one, where `mark` stands between them."""
    widths = [len(_cells([line], mark, quote)) for line in lines if line.strip()]
    return widths[:1] > [1] and 2 * widths.count(widths[0]) > len(widths)


def _believed(lines: Sequence[str], skip: int, delimiter: str, known: Sequence[str]) -> int:
    """Lines to skip: only comments, titles and blank lines, never rows, nor names that are expected."""
    nothing = not any(line.strip() for line in lines[skip + 1 :])
    alone = nothing or delimiter not in lines[skip]  # then any row of one column would look like a title
    for number, line in enumerate(lines[:skip]):
        bare = line.rstrip("\r\n")
        if not set(known).isdisjoint(_cells([line], delimiter, '"')):
            return number
        if not _COMMENT.match(bare) and (alone or delimiter in line):
            return number
    return skip


def _cells(lines: Sequence[str], delimiter: str, quote: str) -> list[str]:
    """The cells of the first row, which may go over several lines."""
    try:
        rows = csv.reader(lines, delimiter=delimiter, quotechar=quote, skipinitialspace=True)
        row = next((row for row in rows if row), [])
    except csv.Error:
        row = lines[0].split(delimiter)
    return [cell.strip() for cell in row]


def _is_header(first: Sequence[str], sniffed: bool, known: Sequence[str]) -> bool:
    names = all(cell not in MISSING and not PLAIN_NUMBER.fullmatch(cell) for cell in first)
    return sniffed or names or not set(known).isdisjoint(first)


def _names(cells: Sequence[str], file: TableFile, skip: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    unnamed = [f"column {i + 1}" for i, cell in enumerate(cells) if not cell]
    names = tuple(cell or f"column {i + 1}" for i, cell in enumerate(cells))
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise DataError(
            f"column names must differ, got {quoted(twice)} more than once", where=f"{file.shown}:{skip + 1}"
        )
    if unnamed == list(names):
        raise ContainerError("the file is empty", where=file.shown)
    return names, (f"a column without a name is called {quoted(unnamed)}",) if unnamed else ()
