"""The compiled pass over blocks of lines: statements of known forms become rows.

It says exactly what `Screen.takes` and `Screen.drain` say of one statement. What it
does not take is the caller's: the rules decide.
"""

from dataclasses import dataclass
from threading import Lock

import numpy as np
import pyarrow as pa

from ingest.identity.pseudonyms import ERASED
from ingest.landing.template_cache.assembly import ask_renderings, assemble
from ingest.landing.template_cache.blake2b import BLOCK, begun
from ingest.landing.template_cache.block_columns import ColumnMaker, string_array
from ingest.landing.template_cache.forms import Person
from ingest.landing.template_cache.kinds import is_score
from ingest.landing.template_cache.known_forms import MOST_GROUPS, MOST_PLACES, RENDERS
from ingest.landing.template_cache.memory import Pool, Strings, Texts
from ingest.landing.template_cache.screen import Screen
from ingest.landing.template_cache.tables import Tables
from ingest.landing.template_cache.walk import (
    ASKED,
    BAD,
    DONE,
    FULL,
    GOOD,
    Found,
    ask_joined,
    join,
    vouched,
    vouched_joined,
    walk,
)
from ingest.storage.statement_texts import may_name

CONTENT_BYTES, TEXT_BYTES = 16, 8
NEWLINE = ord("\n")


@dataclass(frozen=True)
class Taken:
    """What one block became: rows, None where there are none, and which lines are."""

    rows: pa.Table | None
    is_taken: np.ndarray


class BlockPass:
    """Reads the blocks of one load, one after another, with what it remembers.

    Passes of several threads share a screen; what is not compiled runs under `lock`.
    """

    def __init__(self, screen: Screen, schema: pa.Schema, lock: Lock) -> None:
        self._screen, self._schema, self._lock = screen, schema, lock
        self._tables: Tables | None = None
        key = screen.key
        self._begun = np.stack([begun(key, CONTENT_BYTES), begun(key, TEXT_BYTES)])
        self._words = np.zeros(1 << 13, np.uint64)
        self._forget()

    def _forget(self) -> None:
        """Begin with nothing remembered of values and people."""
        self._values, self._made = Strings(), Texts("made", len(RENDERS))
        self._pool = Pool()
        self._forget_groups()

    def _forget_groups(self) -> None:
        """Begin with no groups remembered: other tables number them anew."""
        self._groups, self._keys = Strings(), Texts("key", 1)

    def take(self, block: bytes, first_line: int) -> Taken:
        """Return the rows of statements whose form is known, and what is left.

        Args:
            block: whole lines of UTF-8, the last one with its newline.
            first_line: the number of its first line.
        """
        text = np.frombuffer(block, np.uint8)
        is_taken = np.zeros(int(np.count_nonzero(text == NEWLINE)), np.bool_)
        with self._lock:
            tables = self._screen.compiled.tables()
        if not tables.forms:
            return Taken(None, is_taken)
        if tables is not self._tables:
            self._tables, self._columns = tables, tables.columns(self._schema)
            self._forget_groups()
        if self._values.is_too_large or self._groups.is_too_large:
            self._forget()
        found = self._walked(text, tables, len(is_taken))
        sure = np.ones(len(found.form), np.bool_)
        joined = np.full((len(sure), MOST_GROUPS), -1, np.int64)
        self._judge(tables, found, sure)
        self._join(tables, found, sure, joined, 0, 1)
        self._join(tables, found, sure, joined, 1, MOST_GROUPS)
        rows = np.flatnonzero(sure)
        if not len(rows):
            return Taken(None, is_taken)
        is_taken[found.line[rows]] = True
        self._report(tables, found, rows)
        table = self._table(text, tables, found, rows, joined, first_line)
        return Taken(table, is_taken)

    def _walked(self, text: np.ndarray, tables: Tables, lines: int) -> Found:
        """Return the lines that have a form."""
        found = _room(lines, tables.most_slots)
        while True:
            states = self._values.array("state", np.int8, _unjudged(tables))
            known = self._values.known
            if walk(text, tables.trie, known, tables.kinds, states, found) == DONE:
                break
            self._values.grow()
        hits = int(found.at[2])
        return Found(*(array[:hits] for array in found[:-1]), found.at)

    def _judge(self, tables: Tables, found: Found, sure: np.ndarray) -> None:
        """Clear `sure` where a value is none that its kind vouches for."""
        states = self._values.array("state", np.int8, _unjudged(tables))
        kinds, numbers = np.nonzero(states == ASKED)
        with self._lock:
            for kind in np.unique(kinds).tolist():
                asked = numbers[kinds == kind].tolist()
                texts = list(map(self._values.text_of, asked))
                bad = self._screen.kinds[tables.kind_names[kind]].refused(texts)
                states[kind, asked] = [BAD if text in bad else GOOD for text in texts]
        vouched(found, tables.kinds, tables.counts, states, sure)

    def _join(
        self,
        tables: Tables,
        found: Found,
        sure: np.ndarray,
        joined: np.ndarray,
        first: int,
        last: int,
    ) -> None:
        """Intern groups of values, and clear `sure` where one is not accepted."""
        scratch = np.zeros(MOST_PLACES + 2, np.int32)
        given = (found, sure, tables.groups)
        while join(*given, self._groups.known, joined, scratch, first, last) == FULL:
            self._groups.grow()
        states = self._groups.array("state", np.int8)
        ask_joined(found, sure, joined, first, last, states)
        with self._lock:
            for number in np.flatnonzero(states == ASKED).tolist():
                states[number] = GOOD if self._accepts(tables, number) else BAD
        vouched_joined(sure, joined, first, last, states)

    def _accepts(self, tables: Tables, number: int) -> bool:
        """Return whether a score is accepted, or a person has a key; remember it."""
        variant, *numbers = np.frombuffer(self._groups.bytes_of(number), np.int32)
        what = tables.variants[variant]
        texts = tuple(map(self._values.text_of, numbers))
        if not isinstance(what, Person):
            return is_score(what, texts)
        key = self._screen.key_of(what, texts)
        if key is None or key == ERASED:
            return False
        self._keys.put(self._groups, 0, number, key)
        self._groups.array("code", np.int64, -1)[number] = self._pool.number_of(key)
        return True

    def _report(self, tables: Tables, found: Found, rows: np.ndarray) -> None:
        """Hand the screen the texts of these statements that could name people."""
        forms = found.form[rows]
        numbers = found.value[rows][tables.free[forms]]
        states = self._values.array("reported", np.bool_)
        fresh = np.unique(numbers[(numbers >= 0) & ~states[numbers]]).tolist()
        states[fresh] = True
        texts = filter(may_name, map(self._values.text_of, fresh))
        with self._lock:
            self._screen.texts.update(texts)
            for form in np.flatnonzero(np.bincount(forms)).tolist():
                self._screen.texts |= tables.forms[form].form.constant_texts

    def _table(
        self,
        text: np.ndarray,
        tables: Tables,
        found: Found,
        rows: np.ndarray,
        joined: np.ndarray,
        first_line: int,
    ) -> pa.Table:
        """Return the rows, with marks for ids in their texts."""
        maker = ColumnMaker(
            text, found, rows, joined, self._values, self._groups, self._pool
        )
        arrays = {column.field.name: maker.array(column) for column in self._columns}
        short, content_hash, text_hash = self._texts(text, tables, found, rows, joined)
        lines = pa.Array.from_buffers(
            pa.int64(), len(rows), [None, pa.py_buffer(found.line[rows] + first_line)]
        )
        arrays |= {
            "line": lines,
            "short_statement": short,
            "content_hash": content_hash,
            "text_hash": text_hash,
        }
        return pa.table(arrays)

    def _texts(
        self,
        text: np.ndarray,
        tables: Tables,
        found: Found,
        rows: np.ndarray,
        joined: np.ndarray,
    ) -> tuple[pa.Array, pa.Array, pa.Array]:
        """Return kept texts, content hashes and text hashes."""
        states = self._values.array("made", np.int8, np.zeros((len(RENDERS), 1)))
        sure = np.zeros(len(found.form), np.bool_)
        sure[rows] = True
        ask_renderings(found, sure, tables.programs, states)
        for render, number in zip(*np.nonzero(states == ASKED), strict=True):
            made = RENDERS[render](self._values.text_of(number))
            self._made.put(self._values, render, number, made)
            states[render, number] = GOOD
        made = self._made.of(self._values)
        keys = self._keys.of(self._groups)
        count = len(rows)
        hashes = (np.empty(32 * count, np.uint8), np.empty(16 * count, np.uint8))
        at = np.zeros(count + 2, np.int64)
        out = np.empty(len(text), np.uint8)
        while True:
            given = (text, found, rows, tables.programs, made, keys, joined)
            state = assemble(*given, self._begun, self._words, out, at, hashes)
            if state == DONE:
                break
            if state == FULL:
                out = np.concatenate([out, np.empty(len(out), np.uint8)])
            else:
                self._words = np.zeros(-state // 8 + BLOCK, np.uint64)
        short = string_array(at[: count + 1].astype(np.int32), out)
        sizes = np.arange(count + 1, dtype=np.int32)
        return (
            short,
            string_array(sizes * np.int32(32), hashes[0]),
            string_array(sizes * np.int32(16), hashes[1]),
        )


def _unjudged(tables: Tables) -> np.ndarray:
    """Return by kind the state of a value not judged yet: any value is `any`."""
    states = np.zeros((len(tables.kind_names), 1), np.int8)
    states[tables.kind_names.index("any")] = GOOD
    return states


def _room(lines: int, slots: int) -> Found:
    """Return room for what is found in some lines."""
    return Found(
        np.empty(lines, np.int64),
        np.empty(lines, np.int64),
        np.empty((lines, slots), np.int32),
        np.empty((lines, slots), np.int32),
        np.empty((lines, slots), np.int32),
        np.empty((lines, slots), np.int64),
        np.zeros(3, np.int64),
    )
