"""Pictures of raw bytes in C: the bits of 64 pictures at a time, thresholds included, and the classes of any number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from textwrap import wrap

from evo.export.circuit import Circuit
from fitness.data.dataset import Bit

BYTE = 255
#: Least and most value at which a bit holds; none where the second is smaller.
Range = tuple[int, int]
_NEVER: Range = (1, 0)


def bytes_lines(circuit: Circuit) -> list[str]:
    """`evo_pack_bytes`, and of classes `evo_classify_bytes`; nothing where some input is no pixel, or no number."""
    picture, ranges = circuit.picture, [_range(bit) for bit in circuit.bits]
    if picture is None or not circuit.bits:
        return []
    pixels = [int(picture.pixels[number - 1]) for number in circuit.numbers]
    held = [of for of in ranges if of is not None]
    if len(held) < len(ranges) or min(pixels) < 0:
        return []
    size = f"{picture.height} x {picture.width}"
    lines = [f"enum {{ EVO_HEIGHT = {picture.height}, EVO_WIDTH = {picture.width} }};", ""]
    lines += ["// Of each input bit its pixel, and the least and the most value of the byte at which it is 1."]
    lines += _array("unsigned", "evo_pixel", pixels)
    lines += _array("unsigned char", "evo_least", [least for least, _ in held])
    lines += _array("unsigned char", "evo_most", [most for _, most in held])
    lines += ["", f"// Bits of pictures of {size} bytes, row by row; otherwise as evo_pack.", *_PACK]
    return lines if circuit.task.kind == "multioutput" else [*lines, "", *_classify(circuit, size)]


def _range(bit: Bit) -> Range | None:
    """Which bytes set a bit; None where that says nothing about numbers."""
    match bit.op, bit.operand:
        case "<=", int() | float() as limit:
            return _between(0, math.floor(limit))
        case "in", _:
            low, high = bit.ends
            return _between(
                0 if math.isinf(low) else math.floor(low) + 1, BYTE if math.isinf(high) else math.floor(high)
            )
        case "=", int() | float() as value:
            return _between(int(value), int(value)) if value == int(value) else _NEVER
        case "is", _:
            return (1, 1)
        case "missing", _:
            return _NEVER
    return None


def _between(least: int, most: int) -> Range:
    least, most = max(0, least), min(BYTE, most)
    return (least, most) if least <= most else _NEVER


def _array(kind: str, name: str, values: Sequence[int]) -> list[str]:
    rows = wrap(", ".join(map(str, values)), 112)
    return [f"static const {kind} {name}[EVO_INPUTS] = {{", *(f"    {row}" for row in rows), "};"]


_PACK = """\
void evo_pack_bytes(const unsigned char *pictures, size_t n_rows, uint64_t *in, size_t n_words)
{
    unsigned char of[64] = {0};
    size_t w, i, s;
    for (w = 0; w < n_words; w++) {
        const size_t n = n_rows - 64 * w < 64 ? n_rows - 64 * w : 64;
        const unsigned char *const first = pictures + 64 * w * EVO_HEIGHT * EVO_WIDTH;
        for (i = 0; i < EVO_INPUTS; i++) {
            const unsigned char least = evo_least[i], most = evo_most[i];
            uint64_t bits = 0;
            if (!i || evo_pixel[i] != evo_pixel[i - 1])
                for (s = 0; s < n; s++) of[s] = first[s * EVO_HEIGHT * EVO_WIDTH + evo_pixel[i]];
            for (s = 0; s < 64; s++) bits |= (uint64_t)((of[s] >= least) & (of[s] <= most)) << s;
            in[i * n_words + w] = n < 64 ? bits & ((UINT64_C(1) << n) - 1) : bits;
        }
    }
}""".splitlines()


def _classify(circuit: Circuit, size: str) -> list[str]:
    chosen = "out[w] >> s & 1" if len(circuit.outputs) == 1 else "0"
    lines = [
        f"// Of each of n_rows pictures of {size} bytes, row by row, its class as its number in evo_classes.",
        "void evo_classify_bytes(const unsigned char *pictures, size_t n_rows, int *classes)",
        "{",
        "    enum { WORDS = 8 };",
        "    uint64_t in[EVO_INPUTS * WORDS], out[EVO_OUTPUTS * WORDS];",
        "    size_t first, w, s;",
        "    for (first = 0; first < n_rows; first += 64 * WORDS) {",
        "        const size_t n = n_rows - first < 64 * WORDS ? n_rows - first : 64 * WORDS, words = (n + 63) / 64;",
        "        evo_pack_bytes(pictures + first * EVO_HEIGHT * EVO_WIDTH, n, in, words);",
        "        evo_predict_words(in, out, words);",
        "        for (w = 0; w < words; w++)",
        "            for (s = 0; s < 64 && 64 * w + s < n; s++) {",
        f"                int best = {'(int)(' + chosen + ')' if chosen != '0' else '0'};",
    ]
    if chosen == "0":
        lines += ["                while (!(out[(size_t)best * words + w] >> s & 1)) best++;"]
    return [*lines, "                classes[first + 64 * w + s] = best;", "            }", "    }", "}"]
