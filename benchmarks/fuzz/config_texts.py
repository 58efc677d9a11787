"""Changes of the text of a config: YAML's own traps, other encodings, too much of everything."""

from __future__ import annotations

import random
from collections.abc import Callable

Change = Callable[[str, random.Random], "str | bytes"]


def change(text: str, rng: random.Random) -> tuple[str, bytes]:
    """The changed file, and what was done in words."""
    change = rng.choice(CHANGES)
    changed = change(text, rng)
    content = changed if isinstance(changed, bytes) else changed.encode("utf-8", "surrogatepass")
    return (change.__doc__ or "").strip().rstrip("."), content


def bytes_changed(text: str, rng: random.Random) -> bytes:
    """A few bytes changed."""
    content = bytearray(text.encode())
    for _ in range(rng.randint(1, 8)):
        content[rng.randrange(len(content))] = rng.randrange(256)
    return bytes(content)


def characters_changed(text: str, rng: random.Random) -> str:
    """A few characters that mean something in YAML put in."""
    for _ in range(rng.randint(1, 5)):
        place = rng.randrange(len(text))
        text = text[:place] + rng.choice("{}[]:,-&*!|>'\"%@`#?\t\n \x85\u2028\ufeff\x1b") + text[place:]
    return text


def lines_moved(text: str, rng: random.Random) -> str:
    """Lines left out, doubled or indented."""
    lines = text.splitlines()
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(len(lines))
        lines[place : place + 1] = rng.choice(([], [lines[place]] * 2, ["  " + lines[place]]))
        lines = lines or [""]
    return "\n".join(lines)


def another_encoding(text: str, rng: random.Random) -> bytes:
    """Another encoding, or a byte order mark."""
    return text.encode(rng.choice(("utf-16", "utf-32", "utf-8-sig", "utf-7", "cp037")))


def laughs(text: str, rng: random.Random) -> str:
    """Aliases of aliases."""
    depth = rng.randint(2, 20)
    levels = "".join(f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 9)}]\n" for i in range(1, depth))
    return f"{text}\nl0: &l0 ['ha']\n{levels}"


def own_alias(text: str, rng: random.Random) -> str:
    """An alias that contains itself, an anchor twice, a merge key."""
    return text + rng.choice(
        ("\na: &a [*a]\n", "\na: &a 1\nb: &a 2\n", "\n<<: {a: 1}\n", "\na: *nothing\n", "\n? [a]\n: 1\n")
    )


def tags(text: str, rng: random.Random) -> str:
    """Tags that make objects."""
    tag = rng.choice(
        ("!!python/object/apply:os.system", "!!binary", "!!set", "!!timestamp", "!" + "x" * 5000, "!!int", "!!omap")
    )
    return f"{text}\nx: {tag} ['touch ../outside/canary']\nname: {tag} abc\n"


def deep(text: str, rng: random.Random) -> str:
    """Thousands of levels."""
    opening = rng.choice(("[", "{a: ", "- ", "? "))
    return f"{text}\nx: {opening * rng.choice((30, 100_000))}"


def long_numbers(text: str, rng: random.Random) -> str:
    """Numbers of thousands of digits."""
    digits = rng.choice(
        ("9" * 5_000, "0x" + "f" * 5_000, "1e400", "1." + "0" * 5_000, "-" + "9" * 900_000, "1e" + "9" * 5000)
    )
    key = rng.choice(("seed", "name", "genome", "search"))
    return f"{text}\n{key}: {digits}\nstop: {{generations: {digits}}}\n"


def large_files(text: str, rng: random.Random) -> str:
    """Files of many values or megabytes."""
    return text + rng.choice(
        (
            "\nx: [" + "1," * 400_000 + "]\n",
            "\nx:\n" + "- 1\n" * 200_000,
            "\n" + "".join(f"k{i}: 1\n" for i in range(60_000)),
            "\n" + "# comment\n" * 90_000,
            "\nx: '" + "''" * 450_000 + "'\n",
            "\nx: |\n" + " y\n" * 300_000,
            "\n" + "x" * 900_000 + ": 1\n",
            "\nx: " + "y " * 450_000 + "\n",
            "\n" * 3_000_000,
            "\n%TAG ! x\n" * 50_000,
            "\ngenome: {kind: mask, network: {layers: [" + "5," * 9_000 + "]}}\n",
            "\ndata: {source: csv, path: table.csv, ignore: [" + "a," * 19_000 + "]}\n",
        )
    )


def nothing(text: str, rng: random.Random) -> str:
    """Nothing, or something else than a mapping."""
    return rng.choice(
        ("", "null", "[]", "1", "'x'", "---\n---\n", "...", "%YAML 1.2\n---\n", "\ufeff", "{}", "- a\n- b")
    )


CHANGES: list[Change] = [
    bytes_changed, bytes_changed, characters_changed, characters_changed, lines_moved, another_encoding, laughs,
    own_alias, tags, deep, long_numbers, large_files, large_files, nothing,
]  # fmt: skip
