"""One block of 16 words as one value: LLVM vectors inside numba kernels.

The idea. numba builds loops over scalars, and its optimiser is not asked to join neighbouring scalar operations, so a
loop over words keeps its accumulators in memory. Here `Block` is a numba type whose machine form is the LLVM vector
<16 x i64>. The code generator splits such a value into as many registers as the machine needs (2 of AVX-512, 4 of AVX2,
8 of SSE2), so kernels name no vector width, and the same Python gives the same integers everywhere.

A block lives only inside one kernel: it is no argument and no result of a compiled function. Memory is addressed by the
number of its first word. Loads ask for 8-byte alignment only, so that any array is allowed; whoever wants speed aligns
blocks to 64 bytes. Nothing checks bounds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, models, register_model

from fitness.kernels.widths import BLOCK, SHORT

_I64 = ir.IntType(64)
_VECTOR = ir.VectorType(_I64, BLOCK)
_NAME = f"v{BLOCK}i64"
Emit = Callable[..., Any]


class BlockType(types.Type):
    """numba's name for a block; see the module's text."""

    def __init__(self) -> None:
        super().__init__(name=f"Block{BLOCK}")


block_type = BlockType()


@register_model(BlockType)
class _BlockModel(models.PrimitiveModel):
    def __init__(self, manager: Any, front: Any) -> None:
        super().__init__(manager, front, _VECTOR)


def _same(word: int) -> Any:
    return ir.Constant(_VECTOR, [word] * BLOCK)


def _call(builder: Any, name: str, result: Any, argument: Any) -> Any:
    function = cgutils.get_or_insert_function(builder.module, ir.FunctionType(result, [_VECTOR]), f"{name}.{_NAME}")
    return builder.call(function, [argument])


def _pointer(context: Any, builder: Any, kind: Any, array: Any, first: Any) -> Any:
    data = context.make_array(kind)(context, builder, array).data
    return builder.gep(data, [first])


def _block_at(builder: Any, pointer: Any) -> Any:
    return builder.load(builder.bitcast(pointer, _VECTOR.as_pointer()), align=8)


def _constant(word: int) -> Any:
    @intrinsic
    def constant(typingctx: Any) -> Any:
        return block_type(), lambda context, builder, signature, arguments: _same(word)

    return constant


def _two(emit: Emit) -> Any:
    @intrinsic
    def operation(typingctx: Any, first: Any, second: Any) -> Any:
        signature = block_type(block_type, block_type)
        return signature, lambda context, builder, signature, arguments: emit(builder, *arguments)

    return operation


def _reduced(emit: Emit, result: Any) -> Any:
    @intrinsic
    def operation(typingctx: Any, block: Any) -> Any:
        return result(block_type), lambda context, builder, signature, arguments: emit(builder, *arguments)

    return operation


def _low(builder: Any, block: Any) -> Any:
    return builder.and_(block, _same(0xFFFFFFFF))


def _high(builder: Any, block: Any) -> Any:
    return builder.lshr(block, _same(32))


def _emit_products(builder: Any, block: Any, keys: Any) -> Any:
    low = builder.mul(_low(builder, block), _low(builder, keys))
    high = builder.mul(_high(builder, block), _high(builder, keys))
    return _call(builder, "llvm.vector.reduce.add", _I64, builder.add(low, high))


def _emit_count(builder: Any, block: Any) -> Any:
    return _call(builder, "llvm.vector.reduce.add", _I64, _call(builder, "llvm.ctpop", _VECTOR, block))


def _emit_is_zero(builder: Any, block: Any) -> Any:
    joined = _call(builder, "llvm.vector.reduce.or", _I64, block)
    return builder.icmp_unsigned("==", joined, ir.Constant(_I64, 0))


#: () -> block of zeros, of ones
zeros, ones = _constant(0), _constant(2**64 - 1)
#: (block, block) -> block, bit by bit; `without` is first AND NOT second
both = _two(lambda builder, a, b: builder.and_(a, b))
either = _two(lambda builder, a, b: builder.or_(a, b))
differ = _two(lambda builder, a, b: builder.xor(a, b))
without = _two(lambda builder, a, b: builder.and_(a, builder.not_(b)))


#: (block) -> block, bit by bit
inverted = _reduced(lambda builder, block: builder.not_(block), block_type)


@intrinsic
def weigh(typingctx: Any, block: Any, weights: Any) -> Any:
    """Sum over words of set bits times a whole number each."""
    signature = types.int64(block_type, block_type)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        counts = _call(builder, "llvm.ctpop", _VECTOR, arguments[0])
        return _call(builder, "llvm.vector.reduce.add", _I64, builder.mul(counts, arguments[1]))

    return signature, generate


#: (block) -> int64 set bits; (block) -> bool
count = _reduced(_emit_count, types.int64)
is_zero = _reduced(_emit_is_zero, types.boolean)


@intrinsic
def products(typingctx: Any, block: Any, keys: Any) -> Any:
    """Sum over words of low * low + high * high, the 32-bit halves of both, modulo 2**64: a lane of behaviours."""
    signature = types.uint64(block_type, block_type)
    return signature, lambda context, builder, signature, arguments: _emit_products(builder, *arguments)


@intrinsic
def load(typingctx: Any, array: Any, first: Any) -> Any:
    """The block of words first .. first + BLOCK - 1 of a flat array."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _block_at(builder, _pointer(context, builder, signature.args[0], *arguments))

    return block_type(array, types.uint64), generate


@intrinsic
def store(typingctx: Any, array: Any, first: Any, block: Any) -> Any:
    """Write a block to words first .. first + BLOCK - 1 of a flat array."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer = _pointer(context, builder, signature.args[0], *arguments[:2])
        builder.store(arguments[2], builder.bitcast(pointer, _VECTOR.as_pointer()), align=8)
        return context.get_dummy_value()

    return types.void(array, types.uint64, block_type), generate


def _and_rows(builder: Any, rows: Any, listed: Any, length: int) -> Any:
    """AND of the `length` blocks whose word offsets from `rows` are listed from `listed` on."""
    truth = None
    for j in range(length):
        offset = builder.zext(builder.load(builder.gep(listed, [ir.Constant(_I64, j)])), _I64)
        row = _block_at(builder, builder.gep(rows, [offset]))
        truth = row if truth is None else builder.and_(truth, row)
    return truth


@intrinsic
def or_short_terms(typingctx: Any, covered: Any, lits: Any, first: Any, stream: Any, position: Any, counts: Any) -> Any:
    """`covered` OR the terms of 1 to `SHORT` literals that `stream` lists from `position` on, shortest first.

    counts: int64[], counts[m] terms have m literals. One loop per length, its body free of branches: the processor
    guesses wrong at most once per length and not once per term, and every AND reads memory directly.
    """
    signature = block_type(block_type, lits, types.uint64, stream, types.uint64, counts)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        rows = _pointer(context, builder, signature.args[1], arguments[1], arguments[2])
        listed = cgutils.alloca_once_value(
            builder, _pointer(context, builder, signature.args[3], arguments[3], arguments[4])
        )
        result = cgutils.alloca_once_value(builder, arguments[0])
        for length in range(1, SHORT + 1):
            index = ir.Constant(_I64, length)
            terms = builder.load(_pointer(context, builder, signature.args[5], arguments[5], index))
            with cgutils.for_range(builder, terms):
                here = builder.load(listed)
                truth = _and_rows(builder, rows, here, length)
                builder.store(builder.or_(builder.load(result), truth), result)
                builder.store(builder.gep(here, [index]), listed)
        return builder.load(result)

    return signature, generate


@intrinsic
def and_eight(typingctx: Any, lits: Any, first: Any, stream: Any, position: Any) -> Any:
    """AND of the `SHORT` literals listed from `position` on."""
    signature = block_type(lits, types.uint64, stream, types.uint64)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        rows = _pointer(context, builder, signature.args[0], *arguments[:2])
        return _and_rows(builder, rows, _pointer(context, builder, signature.args[2], *arguments[2:]), SHORT)

    return signature, generate
