"""Copying and comparing stretches of byte arrays in compiled code.

Loops over bytes are not recognised as such, since an index could be negative. Callers
see to it that the stretches lie within the arrays.
"""

# ruff: noqa: ANN001, ANN201, ANN202
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic


def _place(context, builder, kind, array, offset):
    """Return a pointer to one byte of an array."""
    data = context.make_array(kind)(context, builder, array).data
    return builder.gep(data, [offset])


@intrinsic
def copy(_typing, to, at, source, begin, count):
    """Copy `count` bytes of `source` from `begin` on to `to` from `at` on."""

    def code(context, builder, signature, given):
        target = _place(context, builder, signature.args[0], given[0], given[1])
        first = _place(context, builder, signature.args[2], given[2], given[3])
        cgutils.raw_memcpy(builder, target, first, given[4], 1)
        return context.get_dummy_value()

    size = types.int64
    return types.void(to, size, source, size, size), code


@intrinsic
def equal(_typing, one, at, other, begin, count):
    """Return whether `count` bytes of both are the same."""

    def code(context, builder, signature, given):
        first = _place(context, builder, signature.args[0], given[0], given[1])
        second = _place(context, builder, signature.args[2], given[2], given[3])
        pointer = ir.IntType(8).as_pointer()
        kind = ir.FunctionType(ir.IntType(32), [pointer, pointer, ir.IntType(64)])
        compare = cgutils.get_or_insert_function(builder.module, kind, "memcmp")
        found = builder.call(compare, [first, second, given[4]])
        return builder.icmp_signed("==", found, ir.Constant(ir.IntType(32), 0))

    size = types.int64
    return types.boolean(one, size, other, size, size), code
