"""Loops over words written as LLVM vectors, for what LLVM does not vectorise by itself or only behind costly checks.

Each is an intrinsic over whole matrices and row numbers: no views are made, so no references are counted, and no check
for overlap is needed because the counters stay in registers for a block of words. A vector is four words; machines
with narrower vectors (or none) get the same operations in pieces, with the same results.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

WORD = ir.IntType(64)
LANES = 4


def address(context: Any, builder: Any, matrix: Any, row: Any, column: Any, lanes: int) -> Any:
    """Pointer to `lanes` words at matrix[row, column]; matrix is numba's struct of a C-contiguous uint64 matrix."""
    width = builder.extract_value(matrix.shape, 1)
    place = builder.gep(matrix.data, [builder.add(builder.mul(row, width), column)])
    return place if lanes == 1 else builder.bitcast(place, ir.VectorType(WORD, lanes).as_pointer())


def structs(context: Any, builder: Any, signature: Any, arguments: Any, places: tuple[int, ...]) -> list[Any]:
    """Numba's structs of the array arguments at `places`."""
    return [cgutils.create_struct_proxy(signature.args[i])(context, builder, value=arguments[i]) for i in places]


def full_adder(builder: Any, a: Any, b: Any, c: Any) -> tuple[Any, Any]:
    """(sum, carry) of three one-bit columns."""
    half = builder.xor(a, b)
    return builder.xor(half, c), builder.or_(builder.and_(a, b), builder.and_(half, c))


def ctpop(builder: Any, value: Any) -> Any:
    """Set bits per lane."""
    lanes = getattr(value.type, "count", None)
    name = f"llvm.ctpop.v{lanes}i64" if lanes else "llvm.ctpop.i64"
    function = cgutils.get_or_insert_function(builder.module, ir.FunctionType(value.type, [value.type]), name)
    return builder.call(function, [value])


def _pointer(builder: Any, array: Any, at: Any, lanes: int) -> Any:
    """Pointer to `lanes` words at array[at]."""
    place = builder.gep(array.data, [at])
    return place if lanes == 1 else builder.bitcast(place, ir.VectorType(WORD, lanes).as_pointer())


def _steps(builder: Any, column: Any, vectors: int, lanes: int) -> list[Any]:
    return [builder.add(column, ir.Constant(WORD, lanes * v)) for v in range(vectors)]


def _each_opposite(builder: Any, lits: Any, terms: Any, k: Any, length: Any, body: Any) -> None:
    """Emit body(j, row of lits where literal j of term k fails) in a loop over the literals."""
    n = builder.udiv(builder.extract_value(lits.shape, 0), ir.Constant(WORD, 2))
    first = builder.mul(k, builder.extract_value(terms.shape, 1))
    with cgutils.for_range(builder, length) as loop:
        literal = builder.zext(builder.load(builder.gep(terms.data, [builder.add(first, loop.index)])), WORD)
        positive = builder.icmp_unsigned("<", literal, n)
        body(loop.index, builder.select(positive, builder.add(literal, n), builder.sub(literal, n)))


def _fail_block(vectors: int, lanes: int) -> Any:
    kind = WORD if lanes == 1 else ir.VectorType(WORD, lanes)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        lits, terms, within, true, near, ge1, ge2 = structs(
            context, builder, signature, arguments, (0, 1, 4, 6, 7, 8, 9)
        )
        _, _, k, length, _, column, *_ = arguments
        all_ones = ir.Constant(kind, -1 if lanes == 1 else [-1] * lanes)
        columns = _steps(builder, column, vectors, lanes)
        counters = [(cgutils.alloca_once(builder, kind), cgutils.alloca_once(builder, kind)) for _ in columns]
        for place in (place for pair in counters for place in pair):
            builder.store(ir.Constant(kind, None), place)

        def count(_: Any, row: Any) -> None:
            for at, (one, two) in zip(columns, counters, strict=True):
                fails = builder.load(address(context, builder, lits, row, at, lanes), align=8)
                before = builder.load(one)
                builder.store(builder.or_(builder.load(two), builder.and_(before, fails)), two)
                builder.store(builder.or_(before, fails), one)

        _each_opposite(builder, lits, terms, k, length, count)
        for at, (one_at, two_at) in zip(columns, counters, strict=True):
            allowed = builder.load(_pointer(builder, within, at, lanes), align=8)
            one, two = builder.load(one_at), builder.load(two_at)
            holds = builder.and_(allowed, builder.xor(one, all_ones))
            close = builder.and_(builder.and_(allowed, one), builder.xor(two, all_ones))
            builder.store(holds, address(context, builder, true, k, at, lanes), align=8)
            builder.store(close, address(context, builder, near, k, at, lanes), align=8)
            once, twice = _pointer(builder, ge1, at, lanes), _pointer(builder, ge2, at, lanes)
            before = builder.load(once, align=8)
            builder.store(builder.or_(builder.load(twice, align=8), builder.and_(before, holds)), twice, align=8)
            builder.store(builder.or_(before, holds), once, align=8)
        return context.get_dummy_value()

    def fail_block(
        typingctx: Any, lits: Any, terms: Any, k: Any, length: Any, within: Any, column: Any, true: Any, near: Any,
        ge1: Any, ge2: Any,
    ) -> Any:  # fmt: skip
        return types.void(lits, terms, k, length, within, column, true, near, ge1, ge2), generate

    return intrinsic(fail_block)


#: fail_block(lits, terms, k, length, within, column, true, near, ge1, ge2): words [column, column + 16 or 4 or 1) of
#: term k's true and near planes (see `fitness.kernels.two_level.fails`), counted into the cover counters ge1, ge2.
fail_block_16 = _fail_block(4, LANES)
fail_block_4 = _fail_block(1, LANES)
fail_block_1 = _fail_block(1, 1)


def _masked_count(builder: Any, mask: Any, k: Any, other: Any, row: Any, first: Any, last: Any) -> Any:
    """Set bits of mask[k] & other[row] in words [first, last); full adders as in `near_16`."""
    kind = ir.VectorType(WORD, LANES)

    def both(at: Any, lanes: int) -> Any:
        a = builder.load(address(None, builder, mask, k, at, lanes), align=8)
        return builder.and_(a, builder.load(address(None, builder, other, row, at, lanes), align=8))

    ones, twos, fours = _zeros(builder, 3)
    step = ir.Constant(WORD, 4 * LANES)
    blocks = builder.udiv(builder.sub(last, first), step)
    with cgutils.for_range(builder, blocks) as loop:
        start = builder.add(first, builder.mul(loop.index, step))
        a, b, c, d = (both(at, LANES) for at in _steps(builder, start, 4, LANES))
        total, carry = full_adder(builder, a, b, c)
        total, second = full_adder(builder, total, d, builder.load(ones))
        builder.store(total, ones)
        total, third = full_adder(builder, carry, second, builder.load(twos))
        builder.store(total, twos)
        builder.store(builder.add(builder.load(fours), ctpop(builder, third)), fours)
    result = cgutils.alloca_once(builder, WORD)
    builder.store(ir.Constant(WORD, 0), result)
    with builder.if_then(builder.icmp_unsigned(">", blocks, ir.Constant(WORD, 0))):
        powers = [ir.Constant(kind, [b] * LANES) for b in range(3)]
        counted = builder.shl(builder.load(fours), powers[2])
        counted = builder.add(counted, builder.shl(ctpop(builder, builder.load(twos)), powers[1]))
        counted = builder.add(counted, ctpop(builder, builder.load(ones)))
        lanes = [builder.extract_element(counted, ir.Constant(ir.IntType(32), i)) for i in range(LANES)]
        builder.store(builder.add(builder.add(lanes[0], lanes[1]), builder.add(lanes[2], lanes[3])), result)
    done = builder.add(first, builder.mul(blocks, step))
    with cgutils.for_range(builder, builder.sub(last, done)) as loop:
        word = both(builder.add(done, loop.index), 1)
        builder.store(builder.add(builder.load(result), ctpop(builder, word)), result)
    return builder.load(result)


@intrinsic
def masked_count(typingctx: Any, masks: Any, k: Any, lits: Any, row: Any) -> Any:
    """Set bits of masks[k] & lits[row], rows of equally wide matrices."""
    signature = types.int64(masks, k, lits, row)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        mask, other = structs(context, builder, signature, arguments, (0, 2))
        last = builder.extract_value(mask.shape, 1)
        return _masked_count(builder, mask, arguments[1], other, arguments[3], ir.Constant(WORD, 0), last)

    return signature, generate


@intrinsic
def masked_count_in(typingctx: Any, masks: Any, k: Any, lits: Any, row: Any, first: Any, last: Any) -> Any:
    """Set bits of masks[k] & lits[row] in words [first, last), all int64."""
    signature = types.int64(masks, types.int64, lits, types.int64, types.int64, types.int64)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        mask, other = structs(context, builder, signature, arguments, (0, 2))
        _, k, _, row, first, last = arguments
        return _masked_count(builder, mask, k, other, row, first, last)

    return signature, generate


def _block(builder: Any, array: Any, first: Any) -> list[Any]:
    """Pointers to the four vectors of the 16 words from array[first] on."""
    return [_pointer(builder, array, at, LANES) for at in _steps(builder, first, 4, LANES)]


def _each_row(builder: Any, rows: Any, first: Any, last: Any, base: Any, body: Any) -> None:
    """Emit body(index, first word) for the rows that are listed in rows[first:last], counted from `base`."""
    with cgutils.for_range(builder, builder.sub(last, first)) as loop:
        index = builder.add(first, loop.index)
        body(index, builder.add(base, builder.load(builder.gep(rows.data, [index]))))


def _zeros(builder: Any, count: int) -> list[Any]:
    places = [cgutils.alloca_once(builder, ir.VectorType(WORD, LANES)) for _ in range(count)]
    for place in places:
        builder.store(ir.Constant(ir.VectorType(WORD, LANES), None), place)
    return places


def _complement(builder: Any, value: Any) -> Any:
    return builder.xor(value, ir.Constant(value.type, [-1] * LANES))


@intrinsic
def fail_16(
    typingctx: Any, lits: Any, base: Any, rows: Any, first: Any, last: Any, valid: Any, at: Any, true: Any, near: Any,
    place: Any, ge1: Any, ge2: Any,
) -> Any:  # fmt: skip
    """True and near planes of one term on one block of 16 words, and the block's cover counters.

    All arrays are flat. lits[base + rows[j]] starts the row where literal j of first <= j < last fails; valid[at],
    true[place], near[place], ge1[0] and ge2[0] start the others.
    """
    signature = types.void(lits, base, rows, first, last, valid, at, true, near, place, ge1, ge2)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        lits, rows, valid, true, near, ge1, ge2 = structs(
            context, builder, signature, arguments, (0, 2, 5, 7, 8, 10, 11)
        )
        _, base, _, first, last, _, at, _, _, place, _, _ = arguments
        ones, twos = _zeros(builder, 4), _zeros(builder, 4)

        def count(_: Any, row: Any) -> None:
            for pointer, one, two in zip(_block(builder, lits, row), ones, twos, strict=True):
                fails, before = builder.load(pointer, align=8), builder.load(one)
                builder.store(builder.or_(builder.load(two), builder.and_(before, fails)), two)
                builder.store(builder.or_(before, fails), one)

        _each_row(builder, rows, first, last, base, count)
        zero = ir.Constant(WORD, 0)
        counters = zip(_block(builder, ge1, zero), _block(builder, ge2, zero), strict=True)
        planes = zip(
            _block(builder, valid, at), _block(builder, true, place), _block(builder, near, place), strict=True
        )
        for one_at, two_at, (once, twice), (real, holds_at, close_at) in zip(ones, twos, counters, planes, strict=True):
            one, two, allowed = builder.load(one_at), builder.load(two_at), builder.load(real, align=8)
            holds = builder.and_(allowed, _complement(builder, one))
            builder.store(holds, holds_at, align=8)
            builder.store(builder.and_(builder.and_(allowed, one), _complement(builder, two)), close_at, align=8)
            before = builder.load(once, align=8)
            builder.store(builder.or_(builder.load(twice, align=8), builder.and_(before, holds)), twice, align=8)
            builder.store(builder.or_(before, holds), once, align=8)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def near_16(
    typingctx: Any, lits: Any, base: Any, rows: Any, first: Any, last: Any, true: Any, near: Any, place: Any, ge1: Any,
    ge2: Any, alone: Any, at: Any, sums: Any,
) -> Any:  # fmt: skip
    """What a block of one term adds to its moves, after `fail_16` of all terms.

    alone[at] becomes true & ~ge2; near & ~ge1 is counted for every literal j where it fails, into sums[12 j]: four
    lanes each of ones, twos (as bits) and fours (as numbers). Four vectors go through three full adders, so that one
    population count serves four (Harley, Seal).
    """
    signature = types.void(lits, base, rows, first, last, true, near, place, ge1, ge2, alone, at, sums)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        lits, rows, true, near, ge1, ge2, alone, sums = structs(
            context, builder, signature, arguments, (0, 2, 5, 6, 8, 9, 10, 12)
        )
        _, base, _, first, last, _, _, place, _, _, _, at, _ = arguments
        zero = ir.Constant(WORD, 0)
        blocks = (_block(builder, array, start) for array, start in ((true, place), (ge2, zero), (alone, at)))
        for holds, twice, out in zip(*blocks, strict=True):
            rest = _complement(builder, builder.load(twice, align=8))
            builder.store(builder.and_(builder.load(holds, align=8), rest), out, align=8)
        close = [
            builder.and_(builder.load(a, align=8), _complement(builder, builder.load(b, align=8)))
            for a, b in zip(_block(builder, near, place), _block(builder, ge1, zero), strict=True)
        ]

        def count(j: Any, row: Any) -> None:
            fails = [builder.load(pointer, align=8) for pointer in _block(builder, lits, row)]
            a, b, c, d = (builder.and_(x, y) for x, y in zip(close, fails, strict=True))
            start = builder.mul(j, ir.Constant(WORD, 3 * LANES))
            ones, twos, fours = (_pointer(builder, sums, w, LANES) for w in _steps(builder, start, 3, LANES))
            total, carry = full_adder(builder, a, b, c)
            total, second = full_adder(builder, total, d, builder.load(ones, align=8))
            builder.store(total, ones, align=8)
            total, third = full_adder(builder, carry, second, builder.load(twos, align=8))
            builder.store(total, twos, align=8)
            builder.store(builder.add(builder.load(fours, align=8), ctpop(builder, third)), fours, align=8)

        _each_row(builder, rows, first, last, base, count)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def spread(typingctx: Any, planes: Any, first: Any, used: Any, column: Any, counts: Any, shift: Any) -> Any:
    """counts[64 column + i] += sum over b < used (at most 8) of bit i of planes[first + b, column] << (b + shift).

    64 one-byte lanes: a plane's bits are spread to bytes at once, and the bytes widened only at the end.
    """
    signature = types.void(planes, first, used, column, counts, shift)
    byte = ir.IntType(8)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        planes, counts = structs(context, builder, signature, arguments, (0, 4))
        _, first, used, column, _, shift = arguments
        half, quarter = ir.VectorType(byte, 32), ir.VectorType(WORD, LANES)
        sums = [cgutils.alloca_once(builder, half) for _ in range(2)]
        for place in sums:
            builder.store(ir.Constant(half, None), place)
        with cgutils.for_range(builder, used) as loop:
            word = builder.load(address(context, builder, planes, builder.add(first, loop.index), column, 1))
            power = builder.shl(ir.Constant(byte, 1), builder.trunc(loop.index, byte))
            splat = builder.insert_element(ir.Constant(half, ir.Undefined), power, ir.Constant(ir.IntType(32), 0))
            zeros = ir.Constant(ir.VectorType(ir.IntType(32), 32), None)
            splat = builder.shuffle_vector(splat, ir.Constant(half, ir.Undefined), zeros)
            for h, place in enumerate(sums):
                part = builder.trunc(builder.lshr(word, ir.Constant(WORD, 32 * h)), ir.IntType(32))
                flags = builder.sext(builder.bitcast(part, ir.VectorType(ir.IntType(1), 32)), half)
                builder.store(builder.or_(builder.load(place), builder.and_(flags, splat)), place)
        start = builder.mul(column, ir.Constant(WORD, 64))
        many = builder.insert_element(ir.Constant(quarter, ir.Undefined), shift, ir.Constant(ir.IntType(32), 0))
        many = builder.shuffle_vector(
            many, ir.Constant(quarter, ir.Undefined), ir.Constant(ir.VectorType(ir.IntType(32), LANES), None)
        )
        for h, place in enumerate(sums):
            value = builder.load(place)
            for q in range(0, 32, LANES):
                index = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [q + i for i in range(LANES)])
                four = builder.zext(builder.shuffle_vector(value, value, index), quarter)
                at = builder.gep(counts.data, [builder.add(start, ir.Constant(WORD, 32 * h + q))])
                at = builder.bitcast(at, quarter.as_pointer())
                builder.store(builder.add(builder.load(at, align=8), builder.shl(four, many)), at, align=8)
        return context.get_dummy_value()

    return signature, generate
