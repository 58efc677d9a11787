"""Tables in text that lie: CSV files and Espresso PLA files, packed by gzip where their names say so."""

from __future__ import annotations

import random

from benchmarks.fuzz.changes_bytes import unpacked

#: Cells that have meant something else to some reader: code, escapes, numbers that are none.
CELLS = (
    "", " ", "?", "NA", "nan", "inf", "-inf", "1e999", "1e-999", "0x10", "1_000", "9" * 400, "9" * 5000, "1,234",
    "\0", "\x1b[31mred",
    "\u202ered", "\ufeff", "\u2028", "\ud7ff", "true", "2020-01-01", "=1+1", "'; DROP TABLE x; --", "*/ }", "{0}",
    "%s", "a" * 1000,
    "__import__('pathlib').Path('../outside/canary').touch()", '"\nopen("../outside/canary", "w")\n#',
    "../../outside/x", "\U0001f600",
)  # fmt: skip


def cells(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    lines = [line.split(b",") for line in content.split(b"\n") if line]
    chosen = [rng.choice(CELLS) for _ in range(rng.randint(1, 10))]
    for cell in chosen:
        row = rng.randrange(len(lines))
        quoted = f'"{cell}"' if rng.random() < 0.3 else cell
        lines[row][rng.randrange(len(lines[row]))] = quoted.encode("utf-8", "surrogatepass")
    return b"\n".join(map(b",".join, lines)) + b"\n", f"cells {', '.join(repr(cell)[:30] for cell in chosen)}"


def column(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    cell, lines = rng.choice(CELLS), [line.split(b",") for line in content.split(b"\n") if line]
    place, first = rng.randrange(len(lines[0])), rng.randint(0, 1)
    for number, line in enumerate(lines[first:]):
        line[place] = f"{cell}{number if rng.random() < 0.1 else ''}".encode("utf-8", "surrogatepass")
    return b"\n".join(map(b",".join, lines)) + b"\n", f"column {place} holds {cell[:30]!r} from line {first + 1} on"


def encoding(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    name = rng.choice(["utf-16", "utf-32", "utf-16-be", "cp037", "utf-7", "utf-8-sig"])
    return content.decode("utf-8", "replace").encode(name), f"in {name}"


def line_ends(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    end = rng.choice([b"\r", b"\r\n", b"\n\n", b"\n\r", b"\0\n", b" \n", b",\n", b";\n", b"\x0b"])
    return content.replace(b"\n", end), f"lines end in {end!r}"


def separators(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    other = rng.choice([b";", b"\t", b"|", b" ", b", ", b',"'])
    return content.replace(b",", other), f"cells end in {other!r}"


def quotes(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    places = sorted(rng.sample(range(len(content)), rng.randint(1, 5)), reverse=True)
    for place in places:
        content = content[:place] + b'"' + content[place:]
    return content, f"quotes at {places}"


def long_cell(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    length, place = rng.choice([131_073, 10**6, 10**7]), rng.randrange(len(content))
    return content[:place] + b"x" * length + content[place:], f"a cell of {length:,} characters"


def wide(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    n = rng.choice([1000, 5000])
    lines = [line for line in content.split(b"\n") if line][: rng.randint(2, 30)]
    more = ["".join(f"{cell}," for cell in range(n)) for _ in lines]
    more[0] = "".join(f"w{i}," for i in range(n))
    return b"\n".join(some.encode() + line for some, line in zip(more, lines, strict=True)), f"{n:,} more columns"


def header(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    lines = content.split(b"\n")
    head = rng.choice(
        [b"", b"a", b"a,a,a,a,a,a", b",,,,,", b"1,2,3,4,5,6", b'"', b"kind", b"," * 10_000, lines[0] + b",kind"]
    )
    return b"\n".join([head, *lines[1:]]), f"the header {head[:30]!r}"


def few(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    n = rng.randint(0, 5)
    return b"\n".join(content.split(b"\n")[: n + 1]) + b"\n", f"{n} rows"


def shuffled(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    lines = content.split(b"\n")
    rng.shuffle(lines)
    return b"\n".join(lines), "lines in another order"


def compressible(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    """More than may be unpacked: a few kilobytes where gzip packs it."""
    piece = rng.choice([b"\0", b"1,", b"\n", b"0,0,0,0,red,yes\n", b'"', b"01-1 1\n"])
    return content + piece * (25_000_000 // len(piece)), f"25 MB of {piece!r}"


TEXT = [encoding, line_ends, shuffled, few, compressible]
CSV = [
    unpacked(change) for change in (cells, cells, column, column, quotes, long_cell, wide, header, separators, *TEXT)
]

DIGITS = (
    "0",
    "-1",
    "1",
    "4",
    "5",
    "21",
    "64",
    "65",
    "1000",
    "999999",
    "1000000",
    "99999999999",
    "9" * 5000,
    "\u0663",
    "1e3",
    "four",
    "",
)


def number(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    lines = content.split(b"\n")
    keyword, digits = rng.choice([".i", ".o", ".p"]), rng.choice(DIGITS)
    lines = [line for line in lines if not line.startswith(keyword.encode())]
    lines.insert(rng.choice([0, 0, 0, len(lines) - 1]), f"{keyword} {digits}".encode())
    return b"\n".join(lines), f"{keyword} {digits[:30]!r}"


def keyword(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    word = rng.choice([
        ".type", ".type x", ".type f", ".type fd", ".type fdr", ".type fr fr", ".ilb a b c d", ".ilb a a a a",
        ".ilb a", ".ob f", ".ob f g",
        ".mv 4 3 2 1", ".phase 1", ".e", ".end", ".i 4", ".kiss", "." + "x" * 10_000, ".ilb " + "a " * 100_000,
        ".\0", ".ilb \x1b[2J \u202e b c",
    ])  # fmt: skip
    lines = content.split(b"\n")
    lines.insert(rng.randrange(len(lines)), word.encode())
    return b"\n".join(lines), f"the line {word[:30]!r}"


def cube(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    row = rng.choice(
        [
            "---- 1",
            "---- 0",
            "---- -",
            "01",
            "0000 11",
            "00002 1",
            "2222 2",
            "0~00 1",
            "0000 x",
            "\u0661\u0661\u0661\u0661 1",
            "0 0 0 0|1",
        ]
    )
    lines, times = content.split(b"\n"), rng.choice([1, 1, 1, 1000])
    place = rng.randint(2, len(lines) - 1)
    return b"\n".join([*lines[:place], *[row.encode()] * times, *lines[place:]]), f"{times} rows {row!r}"


def large(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    """Few rows that stand for many."""
    inputs, outputs = rng.choice([4, 16, 20, 21, 22, 24, 64, 10_000]), rng.choice([1, 2, 16])
    kind, n = rng.choice(["f", "fd", "fr", "fdr"]), rng.choice([1, 3, 200])
    if inputs == 20 and kind in ("f", "fd"):
        outputs *= 2000  # more than may be unpacked; otherwise a run of so many outputs would rightly take minutes
    rows = []
    for _ in range(n):
        dash = "-" * inputs if rng.random() < 0.5 else "".join(rng.choice("01-") for _ in range(inputs))
        rows.append(f"{dash} {''.join(rng.choice('01') for _ in range(outputs))}")
    text = "\n".join([f".i {inputs}", f".o {outputs}", f".type {kind}", *rows, ".e"])
    return text.encode(), f"{n} rows of {inputs} inputs and {outputs} outputs, type {kind}"


def scattered(content: bytes, rng: random.Random) -> tuple[bytes, str]:
    """One wide cube, a character a line."""
    n = rng.choice([1000, 30_000])
    return f".i {n}\n.o 1\n.type fr\n".encode() + b"0\n" * n + b"1\n.e\n", f"a cube in {n:,} lines"


PLA = [
    unpacked(change)
    for change in (number, number, number, keyword, keyword, cube, cube, large, large, scattered, *TEXT)
]
