"""The screen over many statements at once.

Texts that fall apart into equally many parts at their quotation marks are looked at
part by part, as columns: the parts that hold no value judged by itself, joined, are a
statement's skeleton, and a known skeleton identifies its form. It says exactly what
`Screen.takes` says of one statement, for thousands of them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
import polars as pl

from ingest.landing.template_cache.filling import Gaps
from ingest.landing.template_cache.forms import Form
from ingest.landing.template_cache.kinds import Kind, is_score
from ingest.landing.template_cache.outlines import (
    Outline,
    Values,
    letters_in,
    without_numbers,
)

MOST_SHEETS = 12  # of one number of parts: beyond it, trying them all does not pay
FEWEST = 100  # statements of one form that are worth the columns
Columns = dict[int, pl.Series]
Write = Callable[[Form, pl.Series, Gaps], None]  # form, lines, gaps


@dataclass(frozen=True)
class Known:
    """A form as its sheet finds it: the part that each of its values stands in."""

    form: Form
    kinds: dict[int, Kind]
    scores: dict[str, int]
    parts: dict[int, int]

    @cached_property
    def judged_alike(self) -> tuple[tuple[int, int, str], ...]:
        """One for all forms of which each value is of one kind at the same part."""
        return tuple((v, part, self.kinds[v].name) for v, part in self.parts.items())


@dataclass
class Sheet:
    """Forms whose values stand in the same parts of a split text."""

    strings: frozenset[int]
    numbers: frozenset[int]
    skeletons: list[str] = field(default_factory=list)
    forms: list[Known] = field(default_factory=list)
    taken: int = 0

    def codes(self, parts: list[pl.Series]) -> np.ndarray:
        """Return the number of each statement's form, -1 where it is not known.

        Args:
            parts: the skeletons' parts without numbers joined, then those with one.
        """
        joined = pl.select(pl.concat_str(parts, separator='"')).to_series()
        codes = joined.replace_strict(
            self.skeletons,
            range(len(self.skeletons)),
            default=-1,
            return_dtype=pl.Int32,
        )
        return codes.fill_null(-1).to_numpy()


class Sheets:
    """The forms that can be identified by columns, and their conversion."""

    def __init__(self, gaps_of: Callable[[Columns], Gaps]) -> None:
        self._gaps_of = gaps_of
        self._sheets: dict[int, list[Sheet]] = defaultdict(list)
        self.fewest = FEWEST

    def add(
        self,
        outline: Outline,
        kinds: dict[int, Kind],
        scores: dict[str, int],
        values: Values,
        form: Form,
    ) -> None:
        """Make a form known, if each of its numbers stands alone in its part."""
        parts = outline.text(values).split('"')
        parts[::2] = outline.punctuation.split('"')
        places = _places(outline)
        alone = {value: places[value] for value in kinds}
        numbers = frozenset(part for part in alone.values() if part % 2 == 0)
        strings = frozenset(alone.values()) - numbers
        if len(letters_in(outline.punctuation)) != len(numbers):
            return
        sheet = self._sheet(len(parts), strings, numbers)
        if sheet is not None:
            plain = _plain(len(parts), sheet)
            sheet.skeletons.append(
                '"'.join(parts[n] for n in (*plain, *sorted(numbers)))
            )
            sheet.forms.append(Known(form, kinds, scores, alone))

    def _sheet(
        self, length: int, strings: frozenset[int], numbers: frozenset[int]
    ) -> Sheet | None:
        sheets = self._sheets[length]
        for sheet in sheets:
            if (sheet.strings, sheet.numbers) == (strings, numbers):
                return sheet
        if len(sheets) >= MOST_SHEETS:
            return None
        sheets.append(Sheet(strings, numbers))
        return sheets[-1]

    def take(self, lines: pl.Series, texts: pl.Series, write: Write) -> pl.Series:
        """Hand the statements whose form is known to `write`; return which they are."""
        taken = np.zeros(len(texts), dtype=bool)
        if self._sheets:
            split = texts.str.split('"')
            lengths = split.list.len().to_numpy()
            escaped = texts.str.contains("\\", literal=True).to_numpy()
            for length, sheets in self._sheets.items():
                rows = np.flatnonzero((lengths == length) & ~escaped)
                sheets.sort(key=lambda sheet: -sheet.taken)
                for sheet in sheets:
                    if len(rows) < self.fewest:
                        break
                    found = self._take_by(sheet, lines, split, rows, write)
                    sheet.taken += int(found.sum())
                    taken[rows[found]] = True
                    rows = rows[~found]
        return pl.Series(taken)

    def _take_by(
        self,
        sheet: Sheet,
        lines: pl.Series,
        split: pl.Series,
        rows: np.ndarray,
        write: Write,
    ) -> np.ndarray:
        """Take what one sheet knows of some rows; return which ones of them."""
        whole = split if len(rows) == len(split) else split.gather(rows)
        length = len(whole[0])
        parts = [whole.list.gather(_plain(length, sheet)).list.join('"')]
        values = {n: whole.list.get(n) for n in sheet.strings}
        for part in sorted(sheet.numbers):
            bare, values[part] = _numbers_apart(whole.list.get(part))
            parts.append(bare)
        found = np.zeros(len(rows), dtype=bool)
        for known, codes, chosen in self._alike(sheet, parts):
            alone = {v: values[part].gather(chosen) for v, part in known.parts.items()}
            sure = _sure(known, alone)
            if sure is not None:
                alone = {
                    value: column.filter(pl.Series(sure))
                    for value, column in alone.items()
                }
                chosen, codes = chosen[sure], codes[sure]
            if not len(chosen):
                continue
            gaps = self._gaps_of(alone)
            found_lines = lines.gather(rows[chosen])
            starts = np.flatnonzero(np.diff(codes, prepend=-1))
            for start, end in zip(starts, [*starts[1:], len(codes)], strict=True):
                form = sheet.forms[codes[start]].form
                batch = gaps.part(int(start), int(end - start))
                write(form, found_lines.slice(start, end - start), batch)
            found[chosen] = True
        return found

    def _alike(
        self, sheet: Sheet, parts: list[pl.Series]
    ) -> Iterator[tuple[Known, np.ndarray, np.ndarray]]:
        """Yield one of the forms judged alike, their numbers, and which rows these are.

        Rows of one form stand together. Forms of few rows are left out.
        """
        codes = sheet.codes(parts)
        order = np.argsort(codes, kind="stable")
        numbers = codes[order]
        met, counts = np.unique(numbers, return_counts=True)
        alike: dict[tuple[tuple[int, int, str], ...], list[int]] = defaultdict(list)
        for code, count in zip(met.tolist(), counts.tolist(), strict=True):
            if code >= 0 and count >= self.fewest:
                alike[sheet.forms[code].judged_alike].append(code)
        for these in alike.values():
            is_in = np.isin(numbers, these)
            yield sheet.forms[these[0]], numbers[is_in], order[is_in]


def _plain(length: int, sheet: Sheet) -> list[int]:
    """Return the parts of a text that are neither a value nor hold a number."""
    held = sheet.strings | sheet.numbers
    return [part for part in range(length) if part not in held]


def _places(outline: Outline) -> list[int]:
    """Return the part that each value of an outline stands in."""
    numbers = [
        2 * number
        for number, piece in enumerate(outline.punctuation.split('"'))
        for _letter in letters_in(piece)
    ]
    return [*outline.string_places, *numbers]


def _numbers_apart(column: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return punctuation with a letter for its number, and the number."""
    apart = [_number_apart(part) for part in column.to_list()]
    bare = pl.Series([bare for bare, _ in apart], dtype=pl.String)
    return bare, pl.Series([literal for _, literal in apart], dtype=pl.String)


@lru_cache(65_536)
def _number_apart(part: str) -> tuple[str | None, str | None]:
    """Return punctuation with a letter for its one number; None if it has not one."""
    bare, literals = without_numbers(part)
    return (bare, literals[0]) if len(literals) == 1 else (None, None)


def _sure(known: Known, columns: Columns) -> np.ndarray | None:
    """Return which statements the kinds vouch for, None for all of them."""
    found = [kind.doubtful(columns[place]) for place, kind in known.kinds.items()]
    if known.scores:
        names = tuple(known.scores)
        given = (columns[place].to_list() for place in known.scores.values())
        scores = list(zip(*given, strict=True))
        bad = {v for v in set(scores) if not is_score(names, v)}
        found.append(pl.Series([v in bad for v in scores]) if bad else None)
    doubtful = [mask.to_numpy() for mask in found if mask is not None]
    return ~np.logical_or.reduce(doubtful) if doubtful else None
