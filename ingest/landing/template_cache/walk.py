"""The compiled walk over the lines of a block: which form each has, and its values.

A trie holds the constant bytes of all forms, with slots for values between them. A line
has a form if every byte of it is one of the constants or part of a value. Nothing is
decided by a hash alone: interned values are compared byte by byte, too. Lines that do
not fit are handed back.
"""

# ruff: noqa: ANN001, ANN201
from typing import NamedTuple

import numpy as np
from numba import int64, njit, uint64

from ingest.landing.template_cache.raw_bytes import copy, equal
from ingest.landing.template_cache.readings import (
    UUID_LENGTH,
    is_uuid,
    letter_of,
    moment_of,
)

# Kinds of nodes of the trie, after their constant bytes.
END, BRANCH, STRING, NUMBER = 0, 1, 2, 3
# How a string's bytes are read: judged at once, or interned and judged once each.
UUID, MOMENT, INTERNED, UUID_OR_INTERNED, SKIPPED = 0, 1, 2, 3, 4
# States of an interned value, for a kind.
UNKNOWN, GOOD, BAD, ASKED = 0, 1, 2, 3
NO_VALUE = -1
QUOTE, BACKSLASH, NEWLINE, SPACE = 34, 92, 10, 32
FNV, PRIME = 0xCBF29CE484222325, 0x100000001B3
DONE, FULL = 0, 1


class Trie(NamedTuple):
    """The forms' constants as arrays by node; `letters` leads on by I, W, F."""

    text: np.ndarray
    start: np.ndarray
    length: np.ndarray
    kind: np.ndarray
    follows: np.ndarray  # node, form of an END, row of `branches`
    reads: np.ndarray
    letters: np.ndarray
    branches: np.ndarray


class Interned(NamedTuple):
    """Distinct byte strings: `slots` finds them by hash, `used` is [values, bytes]."""

    slots: np.ndarray
    hashes: np.ndarray
    start: np.ndarray
    length: np.ndarray
    text: np.ndarray
    used: np.ndarray


class Found(NamedTuple):
    """By line that has a form: its number, form, and by slot where its value stands.

    `at` is [position, line, found].
    """

    line: np.ndarray
    form: np.ndarray
    begin: np.ndarray
    end: np.ndarray
    value: np.ndarray
    moment: np.ndarray
    at: np.ndarray


@njit(nogil=True, cache=True)
def hashed(text, begin, end):
    """Return a hash of some bytes."""
    h = uint64(FNV)
    for place in range(begin, end):
        h = (h ^ uint64(text[place])) * uint64(PRIME)
    return h


@njit(nogil=True, cache=True)
def intern(known, text, begin, end, h):
    """Return the number of a byte string, -1 where the table is full."""
    mask = known.slots.size - 1
    place = int64(h & uint64(mask))
    size = end - begin
    while True:
        number = known.slots[place]
        if number < 0:
            count, filled = known.used[0], known.used[1]
            if count >= known.start.size or filled + size > known.text.size:
                return -1
            copy(known.text, filled, text, begin, size)
            known.start[count], known.length[count] = filled, size
            known.hashes[count] = h
            known.slots[place] = count
            known.used[0], known.used[1] = count + 1, filled + size
            return count
        if (
            known.hashes[number] == h
            and known.length[number] == size
            and equal(known.text, known.start[number], text, begin, size)
        ):
            return number
        place = (place + 1) & mask


@njit(nogil=True, cache=True)
def walk(text, trie, known, kinds, states, found):
    """Walk the lines from `found.at` on; return DONE, or FULL where `known` is.

    Args:
        text: whole lines, the last one with its newline.
        trie: what is known of forms.
        known: the values met.
        kinds: by form and slot the number of the kind of its value.
        states: by kind and value; those not judged yet become ASKED.
        found: is filled.
    """
    n = text.size
    p, line = found.at[0], found.at[1]
    hits = found.at[2]
    while p < n:
        begin, node, slot, form = p, 0, 0, -1
        while True:
            start, size = trie.start[node], trie.length[node]
            if p + size > n:
                break
            if not equal(trie.text, start, text, p, size):
                break
            p += size
            kind = trie.kind[node]
            if kind == END:
                form = trie.follows[node]
                break
            if p >= n:
                break
            if kind == BRANCH:
                node = trie.branches[trie.follows[node], text[p]]
                if node < 0:
                    break
                continue
            first = p
            value = NO_VALUE
            moment = 0
            if kind == NUMBER:
                while p < n and (
                    48 <= text[p] <= 57
                    or text[p] == 43
                    or text[p] == 45
                    or text[p] == 46
                    or text[p] == 69
                    or text[p] == 101
                ):
                    p += 1
                letter = letter_of(text, first, p)
                if letter < 0:
                    break
                following = trie.letters[node, letter]
                if following < 0:
                    break
                value = intern(known, text, first, p, hashed(text, first, p))
                if value < 0:
                    found.at[0], found.at[1], found.at[2] = begin, line, hits
                    return FULL
            else:
                reads = trie.reads[node]
                following = trie.follows[node]
                if reads == UUID:
                    if p + UUID_LENGTH >= n or not is_uuid(text, p):
                        break
                    p += UUID_LENGTH
                else:
                    h = uint64(FNV)
                    while p < n:
                        c = text[p]
                        if c in (QUOTE, BACKSLASH) or c < SPACE:
                            break
                        h = (h ^ uint64(c)) * uint64(PRIME)
                        p += 1
                    if p >= n or text[p] != QUOTE:
                        break
                    if reads == MOMENT:
                        moment = moment_of(text, first, p)
                        if moment < 0:
                            break
                    elif reads == INTERNED or (
                        reads == UUID_OR_INTERNED
                        and not (p - first == UUID_LENGTH and is_uuid(text, first))
                    ):
                        value = intern(known, text, first, p, h)
                        if value < 0:
                            found.at[0], found.at[1], found.at[2] = begin, line, hits
                            return FULL
            found.begin[hits, slot], found.end[hits, slot] = first, p
            found.value[hits, slot], found.moment[hits, slot] = value, moment
            slot += 1
            node = following
        if form >= 0:
            found.line[hits], found.form[hits] = line, form
            for one in range(slot):
                value = found.value[hits, one]
                if value >= 0 and states[kinds[form, one], value] == UNKNOWN:
                    states[kinds[form, one], value] = ASKED
            hits += 1
        else:
            while text[p] != NEWLINE:
                p += 1
            p += 1
        line += 1
    found.at[0], found.at[1], found.at[2] = p, line, hits
    return DONE


@njit(nogil=True, cache=True)
def vouched(found, kinds, counts, states, sure):
    """Clear `sure` of lines that hold a value which its kind does not vouch for."""
    for row in range(sure.size):
        form = found.form[row]
        for slot in range(counts[form]):
            value = found.value[row, slot]
            if value >= 0 and states[kinds[form, slot], value] != GOOD:
                sure[row] = False
                break


@njit(nogil=True, cache=True)
def join(found, sure, groups, known, joined, scratch, first, last):
    """Intern the values that belong together: parts of a score, or of a person.

    Args:
        found: the lines.
        sure: which of them count.
        groups: by form and number of the group: its variant, how many slots, the slots.
        known: where they are interned, as 32-bit numbers.
        joined: by line and number of the group, is filled.
        scratch: 32-bit numbers.
        first: number of the first group.
        last: number after that of the last.

    Returns:
        DONE, or FULL where `known` is.
    """
    as_bytes = scratch.view(np.uint8)
    for row in range(sure.size):
        if not sure[row]:
            continue
        form = found.form[row]
        for group in range(first, last):
            count = groups[form, group, 1]
            if count == 0 or joined[row, group] >= 0:
                continue
            scratch[0] = groups[form, group, 0]
            for one in range(count):
                scratch[one + 1] = found.value[row, groups[form, group, one + 2]]
            size = 4 * (count + 1)
            number = intern(known, as_bytes, 0, size, hashed(as_bytes, 0, size))
            if number < 0:
                return FULL
            joined[row, group] = number
    return DONE


@njit(nogil=True, cache=True)
def ask_joined(found, sure, joined, first, last, states):
    """Mark the groups of sure lines that are not known yet as ASKED."""
    for row in range(sure.size):
        if sure[row]:
            for group in range(first, last):
                number = joined[row, group]
                if number >= 0 and states[number] == UNKNOWN:
                    states[number] = ASKED


@njit(nogil=True, cache=True)
def vouched_joined(sure, joined, first, last, states):
    """Clear `sure` of lines of which a group is not GOOD."""
    for row in range(sure.size):
        for group in range(first, last):
            number = joined[row, group]
            if number >= 0 and states[number] != GOOD:
                sure[row] = False
