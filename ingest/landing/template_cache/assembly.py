"""The compiled assembly of texts: what is compared, what is kept, and their hashes."""

# ruff: noqa: ANN001, ANN202, ANN201
from typing import NamedTuple

import numpy as np
from numba import njit

from ingest.landing.template_cache.blake2b import BLOCK, digest
from ingest.landing.template_cache.raw_bytes import copy
from ingest.landing.template_cache.walk import ASKED, UNKNOWN

# Steps of a program: constant bytes (start, length); a value as sent (slot); a value as
# rendered (slot, render); a moment as kept (slot); the key of a person (group).
CONSTANT, RAW, RENDERED, MOMENT_TEXT, KEY = 0, 1, 2, 3, 4
CONTENT, TEXT, SHORT = 0, 1, 2  # the programs of a form
DONE, FULL = 0, 1


class Programs(NamedTuple):
    """Steps of all programs; by form and program the first step and the last."""

    text: np.ndarray
    steps: np.ndarray
    span: np.ndarray


class Renderings(NamedTuple):
    """By render and value (or group): where in `text` its rendering stands."""

    text: np.ndarray
    start: np.ndarray
    length: np.ndarray


@njit(nogil=True, cache=True)
def ask_renderings(found, sure, programs, states):
    """Mark the renderings that programs of sure lines need as ASKED."""
    for row in range(sure.size):
        if not sure[row]:
            continue
        form = found.form[row]
        for program in range(2):
            for n in range(
                programs.span[form, program, 0], programs.span[form, program, 1]
            ):
                if programs.steps[n, 0] == RENDERED:
                    value = found.value[row, programs.steps[n, 1]]
                    if states[programs.steps[n, 2], value] == UNKNOWN:
                        states[programs.steps[n, 2], value] = ASKED


@njit(nogil=True, cache=True)
def _two(out, at, value):
    out[at] = 48 + value // 10
    out[at + 1] = 48 + value % 10


@njit(nogil=True, cache=True)
def _length(block, found, row, programs, first, last, made, keys, joined):
    size = 0
    for n in range(first, last):
        step, a = programs.steps[n, 0], programs.steps[n, 1]
        if step == CONSTANT:
            size += programs.steps[n, 2]
        elif step == RAW:
            size += found.end[row, a] - found.begin[row, a]
        elif step == RENDERED:
            size += made.length[programs.steps[n, 2], found.value[row, a]]
        elif step == MOMENT_TEXT:
            size += 20 if found.moment[row, a] % 1_000_000 == 0 else 27
        else:
            size += keys.length[0, joined[row, a]]
    return size


@njit(nogil=True, cache=True)
def _put(block, found, row, programs, first, last, made, keys, joined, out, at):
    """Write one program's text; return where it ends."""
    for n in range(first, last):
        step, a, b = programs.steps[n, 0], programs.steps[n, 1], programs.steps[n, 2]
        if step == CONSTANT:
            copy(out, at, programs.text, a, b)
            at += b
        elif step == RAW:
            begin = found.begin[row, a]
            size = found.end[row, a] - begin
            copy(out, at, block, begin, size)
            at += size
        elif step == RENDERED:
            value = found.value[row, a]
            begin, size = made.start[b, value], made.length[b, value]
            copy(out, at, made.text, begin, size)
            at += size
        elif step == MOMENT_TEXT:
            begin = found.begin[row, a]
            copy(out, at, block, begin, 19)
            at += 19
            micros = found.moment[row, a] % 1_000_000
            if micros:
                out[at] = 46
                _two(out, at + 1, micros // 10_000)
                _two(out, at + 3, micros // 100 % 100)
                _two(out, at + 5, micros % 100)
                at += 7
            out[at] = 90
            at += 1
        else:
            number = joined[row, a]
            begin, size = keys.start[0, number], keys.length[0, number]
            copy(out, at, keys.text, begin, size)
            at += size
    return at


@njit(nogil=True, cache=True)
def _hex(state, count, out, at):
    """Write the first bytes of a digest in hexadecimal."""
    for n in range(count):
        byte = (state[n // 8] >> np.uint64(8 * (n % 8))) & np.uint64(255)
        high, low = byte >> np.uint64(4), byte & np.uint64(15)
        out[at + 2 * n] = high + np.uint64(48 if high < np.uint64(10) else 87)
        out[at + 2 * n + 1] = low + np.uint64(48 if low < np.uint64(10) else 87)


@njit(nogil=True, cache=True)
def assemble(
    block, found, rows, programs, made, keys, joined, begun, words, out, at, hashes
):
    """Write the kept texts and both hashes of some lines.

    Args:
        block: the lines.
        found: their forms and values.
        rows: which of the found lines, in order.
        programs: of all forms.
        made: the renderings of values.
        keys: of people, by number of their group.
        joined: by line and group the number of the group.
        begun: the two states of the hashes after their key.
        words: room for one text, 64-bit words.
        out: the kept texts, one after another.
        at: where each kept text begins, and how many are done in its last place.
        hashes: content hashes and text hashes in hexadecimal, by line.

    Returns:
        DONE, FULL where `out` has no room, or minus the bytes that `words` needs.
    """
    room = words.view(np.uint8)
    state = np.empty(8, np.uint64)
    done = at[rows.size + 1]
    while done < rows.size:
        row = rows[done]
        form = found.form[row]
        longest = 0
        for program in range(2):
            first, last = (
                programs.span[form, program, 0],
                programs.span[form, program, 1],
            )
            size = _length(block, found, row, programs, first, last, made, keys, joined)
            longest = max(longest, size)
        if longest + BLOCK > room.size:
            at[rows.size + 1] = done
            return -(longest + BLOCK)
        if at[done] + longest > out.size:
            at[rows.size + 1] = done
            return FULL
        for program in range(2):
            first, last = (
                programs.span[form, program, 0],
                programs.span[form, program, 1],
            )
            size = _put(
                block, found, row, programs, first, last, made, keys, joined, room, 0
            )
            rest = (BLOCK - size % BLOCK) % BLOCK
            for place in range(size, size + rest):
                room[place] = 0
            digest(begun[program], words, size, state)
            if program == CONTENT:
                _hex(state, 16, hashes[0], 32 * done)
            else:
                _hex(state, 8, hashes[1], 16 * done)
        first, last = programs.span[form, SHORT, 0], programs.span[form, SHORT, 1]
        at[done + 1] = _put(
            block, found, row, programs, first, last, made, keys, joined, out, at[done]
        )
        done += 1
    at[rows.size + 1] = done
    return DONE


@njit(nogil=True, cache=True)
def take_strings(block, found, rows, slots, codes, pool, pool_at, out, at):
    """Write a column of strings: a value as sent, else one of a pool; -1 is null.

    Args:
        block: the lines.
        found: their forms and values.
        rows: which lines.
        slots: by form the slot that may hold a value that is not interned, or -1.
        codes: by line the number in the pool, -1 where it is not one of the pool.
        pool: texts one after another.
        pool_at: where each begins, and the end.
        out: is filled; empty to find out its size.
        at: offsets, is filled.

    Returns:
        The size of all.
    """
    size = 0
    for n in range(rows.size):
        row = rows[n]
        at[n] = size
        if codes[n] >= 0:
            begin, end = pool_at[codes[n]], pool_at[codes[n] + 1]
            if out.size:
                copy(out, size, pool, begin, end - begin)
            size += end - begin
        else:
            slot = slots[found.form[row]]
            if slot >= 0:
                begin, end = found.begin[row, slot], found.end[row, slot]
                if out.size:
                    copy(out, size, block, begin, end - begin)
                size += end - begin
    at[rows.size] = size
    return size
