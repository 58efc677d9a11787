"""C programs that time an exported model: `#include` the export, run it for a while, print one figure per line.

Time is CPU time, so that a busy machine disturbs less. The model is called through a volatile pointer, so that the
compiler can neither inline nor skip it. Latency: every call waits for the result of the last one, which decides the
next row. From memory: blocks of a page lie one after the other in an array much larger than the caches, so that it is
read from its beginning to its end.
"""

from __future__ import annotations

import math

from evo.export.c_rows import fields, number, string
from evo.export.circuit import Circuit
from evo.export.columns import wide_columns

#: Bytes of input and output that a block takes at most in the cache (half of a first-level data cache) and in memory.
CACHE_BYTES = 16_384
PAGE_BYTES = 4096
_ELEMENTS = {"number": "double", "date": "double", "category": "char *const", "bit": "int"}
#: Rows that the row-wise program goes around in.
ROWS = 1024

_START = """#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "{source}"

static double seconds(void)
{{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}}

static unsigned long long state = 1;
static unsigned long long drawn(void)
{{
    unsigned long long z = (state += 0x9E3779B97F4A7C15ull);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}}
"""

_ROWS = """
static evo_row rows[{n}];
{values}
int main(void)
{{
    {pointer} = evo_predict;
    int out[{outputs}] = {{0}};
    unsigned long long calls, sum = 0, r;
    double start, spent;
    for (r = 0; r < {n}; r++) {{
{fill}
    }}
    for (calls = 0, r = 0, start = seconds(); (spent = seconds() - start) < {budget} || !calls; calls += {n}) {{
        int k;
        for (k = 0; k < {n}; k++) {{ {call}; r = (r + 1 + (unsigned)out[0]) % {n}; }}
    }}
    printf("latency_ns %.6g\\n", 1e9 * spent / (double)calls);
    for (calls = 0, start = seconds(); (spent = seconds() - start) < {budget} || !calls; calls += {n})
        for (r = 0; r < {n}; r++) {{ {call}; sum += (unsigned)out[0]; }}
    printf("rows_per_second %.6g\\n", (double)calls / spent);
    return sum == 1;
}}
"""

_WORDS = """
static uint64_t total(const uint64_t *words, size_t n)
{{
    uint64_t sum = 0;
    size_t i;
    for (i = 0; i < n; i++) sum += words[i];
    return sum;
}}

int main(void)
{{
    void (*volatile call)(const uint64_t *restrict, uint64_t *restrict, size_t) = evo_predict_words;
    uint64_t (*volatile read)(const uint64_t *, size_t) = total;
    const size_t words = {words}, block = {words} * {inputs}, results = {words} * EVO_OUTPUTS, near = {near};
    const size_t blocks = {megabytes} * (size_t)1048576 / 8 / block + 1;
    uint64_t *in = malloc((blocks + 64) * block * 8), *out = malloc((blocks + 64) * results * 8), sum = 0;
    size_t i, k;
    double rounds, start, spent;
    if (!in || !out) return 1;
    for (i = 0; i < blocks * block; i++) in[i] = drawn();
    for (i = 0; i < blocks * results; i++) out[i] = 0;
    for (rounds = 0, start = seconds(); (spent = seconds() - start) < {budget}; rounds += 1000)
        for (k = 0; k < 1000; k++) call(in, out, near);
    printf("cache_samples_per_second %.6g\\n", 64 * (double)near * rounds / spent);
    for (rounds = 0, start = seconds(); (spent = seconds() - start) < {budget} || rounds < 2; rounds++)
        for (i = 0; i < blocks; i++) call(in + i * block, out + i * results, words);
    printf("memory_samples_per_second %.6g\\n", 64 * (double)words * (double)blocks * rounds / spent);
    printf("memory_bytes_per_second %.6g\\n", 8 * (double)(block + results) * (double)blocks * rounds / spent);
    for (rounds = 0, start = seconds(); (spent = seconds() - start) < {budget} || rounds < 2; rounds++)
        sum += read(in, blocks * block);
    printf("read_bytes_per_second %.6g\\n", 8 * (double)block * (double)blocks * rounds / spent);
    return sum == 1;
}}
"""


def rows_driver(circuit: Circuit, source: str, budget: float) -> str:
    """The program for the export `c`: latency_ns and rows_per_second, `budget` CPU seconds each."""
    several = circuit.task.kind == "multioutput"
    pointer = "void (*volatile call)(const evo_row *, int *)" if several else "int (*volatile call)(const evo_row *)"
    names, kinds, wide = fields(circuit), circuit.kinds, wide_columns(circuit.binarizer)
    values, fill = [], []
    for k, (column, name) in enumerate(names.items()):
        cells = _cells(circuit, column)
        element = "int64_t" if column in wide else _ELEMENTS[kinds[column]]
        values.append(f"static const {element} values_{k}[{len(cells)}] = {{{', '.join(cells)}}};")
        fill.append(f"        rows[r].{name} = values_{k}[drawn() % {len(cells)}];")
    text = _ROWS.format(
        n=ROWS,
        values="\n".join(values),
        fill="\n".join(fill or ["        (void)drawn();"]),
        pointer=pointer,
        call="call(&rows[r], out)" if several else "out[0] = call(&rows[r])",
        outputs=len(circuit.task.outputs) if several else 1,
        budget=budget,
    )
    return _START.format(source=source) + text


def words_driver(circuit: Circuit, source: str, budget: float, megabytes: int) -> str:
    """The program for the export `c-bitsliced`: rates from the cache and from an array of `megabytes`, in samples and
    bytes per second, and the rate at which the same array is merely read."""
    inputs = max(1, circuit.n_inputs)
    near, words = (
        max(8, size // 8 // (inputs + len(circuit.output_texts)) // 8 * 8) for size in (CACHE_BYTES, PAGE_BYTES)
    )
    return _START.format(source=source) + _WORDS.format(
        words=words, near=near, inputs=inputs, budget=budget, megabytes=megabytes
    )


def _cells(circuit: Circuit, column: str) -> list[str]:
    """Values of a column on either side of every test that the model makes on it, and a missing one."""
    bits = [bit for bit in circuit.bits if bit.feature == column]
    kind = circuit.kinds[column]
    if kind == "bit":
        return ["0", "1"]
    parts = [part for bit in bits for part in (bit.operand if isinstance(bit.operand, tuple) else (bit.operand,))]
    if kind == "category":
        return [*(string(part) for part in parts if isinstance(part, str)), '"(other)"', "NULL"]
    ends = sorted({part for part in parts if isinstance(part, int | float) and math.isfinite(part)})
    if column in wide_columns(circuit.binarizer):
        whole = {math.floor(end) + more for end in ends for more in (0, 1)}
        return [*map(number, sorted(whole)), "INT64_MIN"]
    return [*(repr(float(value)) for end in ends for value in (end, math.nextafter(end, math.inf))), "0.0 / 0.0"]
