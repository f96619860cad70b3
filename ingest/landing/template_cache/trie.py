"""The trie of all forms' constant bytes, as arrays for the compiled walk."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from ingest.landing.template_cache.known_forms import KnownForm
from ingest.landing.template_cache.walk import (
    BRANCH,
    END,
    INTERNED,
    NUMBER,
    SKIPPED,
    STRING,
    Trie,
)

NUMERIC = b"-0123456789"


class Nodes:
    """Nodes of a trie in the making.

    Where constant bytes of one form meet a slot of another one, the first of them
    stays; statements of the other are not found and go to the rules.
    """

    def __init__(self, forms: Sequence[KnownForm]) -> None:
        self._forms = forms
        self._text = bytearray()
        self._rows: list[list[int]] = []  # start, length, kind, follows, reads, letters
        self._branches: list[np.ndarray] = []
        if forms:
            self._add(list(range(len(forms))), 0, 0)

    def trie(self) -> Trie:
        """Return the arrays; without forms there is one node that no line matches."""
        rows = self._rows or [[0, 1, END, 0, 0, -1, -1, -1]]
        table = np.array(rows, np.int64)
        columns = [np.ascontiguousarray(table[:, n]) for n in range(5)]
        branches = self._branches or [np.full(256, -1, np.int32)]
        return Trie(
            np.frombuffer(bytes(self._text or b"\0"), np.uint8),
            *columns,
            np.ascontiguousarray(table[:, 5:]),
            np.array(branches, np.int32),
        )

    def _add(self, forms: list[int], piece: int, offset: int) -> int:
        """Add the node of forms that agree up to a place; return its number."""
        number = len(self._rows)
        self._rows.append([])
        rests = [self._forms[form].pieces[0][piece][offset:] for form in forms]
        common = _beginning(rests)
        start, length = len(self._text), len(common)
        self._text += common
        ended = [f for f, rest in zip(forms, rests, strict=True) if len(rest) == length]
        others = [
            (f, rest[length])
            for f, rest in zip(forms, rests, strict=True)
            if len(rest) > length
        ]
        if ended:
            others = self._beside(ended, piece, others)
        if ended and not others:
            kind, follows, reads, letters = self._slot(ended, piece)
        else:
            kind, reads, letters = BRANCH, 0, [-1, -1, -1]
            follows = self._branch(ended, others, piece, offset + length)
        self._rows[number] = [start, length, kind, follows, reads, *letters]
        return number

    def _beside(
        self, ended: list[int], piece: int, others: list[tuple[int, int]]
    ) -> list[tuple[int, int]]:
        """Return the forms with constants that may stand beside a slot: of a number."""
        slots = self._forms[ended[0]].pieces[1]
        if piece == len(slots) or self._forms[ended[0]].letter(piece) < 0:
            return []
        return [(form, byte) for form, byte in others if byte not in NUMERIC]

    def _branch(
        self, ended: list[int], others: list[tuple[int, int]], piece: int, offset: int
    ) -> int:
        table = np.full(256, -1, np.int32)
        number = len(self._branches)
        self._branches.append(table)
        if ended:
            table[list(NUMERIC)] = self._add(ended, piece, offset)
        by_byte: dict[int, list[int]] = defaultdict(list)
        for form, byte in others:
            by_byte[byte].append(form)
        for byte, forms in by_byte.items():
            table[byte] = self._add(forms, piece, offset)
        return number

    def _slot(self, forms: list[int], piece: int) -> tuple[int, int, int, list[int]]:
        none = [-1, -1, -1]
        first = self._forms[forms[0]]
        if piece == len(first.pieces[1]):
            return END, forms[0], 0, none
        forms = [f for f in forms if piece < len(self._forms[f].pieces[1])]
        if first.letter(piece) >= 0:
            letters = list(none)
            for letter in range(3):
                some = [f for f in forms if self._forms[f].letter(piece) == letter]
                if some:
                    letters[letter] = self._add(some, piece + 1, 0)
            return NUMBER, -1, 0, letters
        reads = first.reads(piece)
        if reads == SKIPPED:
            found = {self._forms[f].reads(piece) for f in forms}
            reads = INTERNED if INTERNED in found else SKIPPED
        allowed = {reads, SKIPPED} if reads == INTERNED else {reads}
        alike = [
            f
            for f in forms
            if self._forms[f].letter(piece) < 0
            and self._forms[f].reads(piece) in allowed
        ]
        return STRING, self._add(alike, piece + 1, 0), reads, none


def _beginning(texts: list[bytes]) -> bytes:
    """Return the longest bytes with which all texts begin."""
    first, last = min(texts), max(texts)
    for place, (one, other) in enumerate(zip(first, last, strict=False)):
        if one != other:
            return first[:place]
    return first
