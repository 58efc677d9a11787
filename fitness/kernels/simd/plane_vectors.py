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


def _fail_block(vectors: int, lanes: int) -> Any:
    kind = WORD if lanes == 1 else ir.VectorType(WORD, lanes)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        lits, term, within, true, near = structs(context, builder, signature, arguments, (0, 1, 3, 5, 6))
        length, column = arguments[2], arguments[4]
        all_ones = ir.Constant(kind, -1 if lanes == 1 else [-1] * lanes)
        columns = _steps(builder, column, vectors, lanes)
        counters = [(cgutils.alloca_once(builder, kind), cgutils.alloca_once(builder, kind)) for _ in columns]
        for place in (place for pair in counters for place in pair):
            builder.store(ir.Constant(kind, None), place)
        n = builder.udiv(builder.extract_value(lits.shape, 0), ir.Constant(WORD, 2))
        with cgutils.for_range(builder, length) as loop:
            literal = builder.zext(builder.load(builder.gep(term.data, [loop.index])), WORD)
            positive = builder.icmp_unsigned("<", literal, n)
            opposite = builder.select(positive, builder.add(literal, n), builder.sub(literal, n))
            for at, (one, two) in zip(columns, counters, strict=True):
                fails = builder.load(address(context, builder, lits, opposite, at, lanes), align=8)
                before = builder.load(one)
                builder.store(builder.or_(builder.load(two), builder.and_(before, fails)), two)
                builder.store(builder.or_(before, fails), one)
        for at, (one_at, two_at) in zip(columns, counters, strict=True):
            allowed = builder.load(_pointer(builder, within, at, lanes), align=8)
            one, two = builder.load(one_at), builder.load(two_at)
            close = builder.and_(builder.and_(allowed, one), builder.xor(two, all_ones))
            builder.store(
                builder.and_(allowed, builder.xor(one, all_ones)), _pointer(builder, true, at, lanes), align=8
            )
            builder.store(close, _pointer(builder, near, at, lanes), align=8)
        return context.get_dummy_value()

    def fail_block(
        typingctx: Any, lits: Any, term: Any, length: Any, within: Any, column: Any, true: Any, near: Any
    ) -> Any:
        return types.void(lits, term, length, within, column, true, near), generate

    return intrinsic(fail_block)


#: fail_block(lits, term, length, within, column, true, near): words [column, column + 16 or 4 or 1) of a term's true
#: and near planes (see `fitness.kernels.two_level.term_planes`).
fail_block_16 = _fail_block(4, LANES)
fail_block_4 = _fail_block(1, LANES)
fail_block_1 = _fail_block(1, 1)


def _masked_count(builder: Any, mask: Any, k: Any, other: Any, row: Any, first: Any, last: Any) -> Any:
    """Set bits of mask[k] & other[row] in words [first, last); four vectors go through three full adders, so that
    one population count serves four (Harley, Seal)."""
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
def masked_count_in(typingctx: Any, masks: Any, k: Any, lits: Any, row: Any, first: Any, last: Any) -> Any:
    """Set bits of masks[k] & lits[row] in words [first, last), all int64."""
    signature = types.int64(masks, types.int64, lits, types.int64, types.int64, types.int64)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        mask, other = structs(context, builder, signature, arguments, (0, 2))
        _, k, _, row, first, last = arguments
        return _masked_count(builder, mask, k, other, row, first, last)

    return signature, generate


def _zeros(builder: Any, count: int) -> list[Any]:
    places = [cgutils.alloca_once(builder, ir.VectorType(WORD, LANES)) for _ in range(count)]
    for place in places:
        builder.store(ir.Constant(ir.VectorType(WORD, LANES), None), place)
    return places


@intrinsic
def spread(typingctx: Any, planes: Any, first: Any, used: Any, column: Any, counts: Any) -> Any:
    """counts[64 column + i] += sum over b < used (at most 8) of bit i of planes[first + b, column] << (first + b).

    64 one-byte lanes: a plane's bits are spread to bytes at once, and the bytes widened only at the end.
    """
    signature = types.void(planes, first, used, column, counts)
    byte = ir.IntType(8)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        planes, counts = structs(context, builder, signature, arguments, (0, 4))
        _, first, used, column, _ = arguments
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
        many = builder.insert_element(ir.Constant(quarter, ir.Undefined), first, ir.Constant(ir.IntType(32), 0))
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
