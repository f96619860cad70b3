"""Forms applied: the texts and columns of many statements of one form at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from ingest.landing.template_cache.forms import Form, Gap, Person, Slot, Template, Trace
from ingest.landing.template_cache.kinds import same
from ingest.landing.template_cache.renderings import rendered

Columns = Mapping[int, Sequence[str]]  # values by their place in the outline
APART = '"'  # no value holds it
KeysOf = Callable[[Person, list[str]], list[str | None]]  # of values joined


@dataclass
class Filled:
    """What statements of one form become; constants are the form's."""

    contents: list[str] | pl.Series
    texts: list[str] | pl.Series
    columns: dict[str, Any]
    free_texts: set[str]  # what fills gaps of the text that could name people


def fill(form: Form, columns: Columns, count: int, keys_of: KeysOf) -> Filled:
    """Return texts and columns of statements.

    Args:
        form: of all of them.
        columns: their values, by place in the outline.
        count: how many they are.
        keys_of: returns the keys of people.
    """
    done: dict[Gap, Any] = {}

    def gap(gap: Gap) -> Any:  # noqa: ANN401 - a list or a tuple
        if gap not in done:
            done[gap] = _gap(gap, columns, keys_of)
        return done[gap]

    def texts(template: Template) -> list[str]:
        if not template.gaps:
            return [template.pattern % ()] * count
        rows = zip(*(gap(one) for one in template.gaps), strict=True)
        return list(map(template.pattern.__mod__, rows))

    made = {name: gap(one) for name, one in form.columns.items()}
    for name, items in form.lists.items():
        parts = ([i] * count if isinstance(i, str) else gap(i) for i in items)
        made[name] = list(zip(*parts, strict=True))
    free = {text for one in form.free_gaps for text in gap(one)}
    return Filled(texts(form.content), texts(form.text), made, free)


def _gap(gap: Gap, columns: Columns, keys_of: KeysOf) -> Any:  # noqa: ANN401
    if isinstance(gap, Person):
        values = zip(*(columns[place] for place in gap.places), strict=True)
        return keys_of(gap, list(map(APART.join, values)))
    place, render = gap
    return columns[place] if render is same else list(map(render, columns[place]))


class Gaps:
    """What fills the gaps of forms whose values are judged alike, as columns."""

    def __init__(
        self,
        columns: Mapping[int, pl.Series],
        keys_of: KeysOf,
        done: dict[Any, pl.Series] | None = None,
        batch: tuple[int, int] | None = None,
    ) -> None:
        self._columns, self._keys_of = columns, keys_of
        self._done = {} if done is None else done
        self._batch = batch

    def part(self, first: int, count: int) -> "Gaps":
        """Return the gaps of some statements, made for all of them at once."""
        return Gaps(self._columns, self._keys_of, self._done, (first, count))

    def of(self, gap: Gap) -> pl.Series:
        """Return what fills a gap."""
        if isinstance(gap, Person):
            return self._keys_here(gap)
        if gap not in self._done:
            self._done[gap] = self._made(gap)
        made = self._done[gap]
        return made.slice(*self._batch) if self._batch else made

    def _keys_here(self, person: Person) -> pl.Series:
        """Return the keys of people in these statements alone.

        In those of another form the same values may tell of a group, not of a person.
        """
        if (person, self._batch) not in self._done:
            columns = [self._columns[place] for place in person.places]
            if self._batch:
                columns = [column.slice(*self._batch) for column in columns]
            keys = _keys(person, columns, self._keys_of)
            self._done[person, self._batch] = keys
        return self._done[person, self._batch]

    def _made(self, slot: Slot) -> pl.Series:
        place, render = slot
        return rendered(self._columns[place], render)


def _keys(person: Person, columns: list[pl.Series], keys_of: KeysOf) -> pl.Series:
    """Return people's keys."""
    values = pl.select(pl.concat_str(columns, separator=APART)).to_series()
    return pl.Series(keys_of(person, values.to_list()), dtype=pl.String)


def fill_columns(form: Form, gaps: Gaps, count: int) -> Filled:
    """Return the same as `fill`, as columns.

    Args:
        form: of all statements.
        gaps: what fills them.
        count: how many statements they are.
    """

    def joined(template: Template) -> pl.Series:
        first, *others = template.pieces
        if not others:
            return pl.Series([first]).new_from_index(0, count)
        parts: list[pl.Series | pl.Expr] = [pl.lit(first)]
        for gap, piece in zip(template.gaps, others, strict=True):
            parts += [gaps.of(gap), pl.lit(piece)]
        return pl.select(pl.concat_str(parts)).to_series()

    made = {name: gaps.of(one) for name, one in form.columns.items()}
    for name, items in form.lists.items():
        parts = [pl.lit(i) if isinstance(i, str) else gaps.of(i) for i in items]
        made[name] = pl.select(pl.concat_list(parts)).to_series()
    free = {text for one in form.free_gaps for text in gaps.of(one).unique()}
    return Filled(joined(form.content), joined(form.text), made, free)


def agrees(form: Form, trace: Trace) -> bool:
    """Return whether a form makes of one statement what conversion made of it."""
    keys = {_variant(agent): key for agent, key in trace.agents}

    def keys_of(person: Person, texts: list[str]) -> list[str | None]:
        return [keys.get(_variant(agent_of(person, text))) for text in texts]

    filled = fill(form, {n: (v,) for n, v in enumerate(trace.values)}, 1, keys_of)
    row = form.constants | {
        name: list(one[0]) if isinstance(one[0], tuple) else one[0]
        for name, one in filled.columns.items()
    }
    wanted = {name: trace.row[name] for name in row}
    return (filled.contents[0], filled.texts[0], row) == (
        trace.content,
        trace.row["statement"],
        wanted,
    )


def agent_of(person: Person, values: str) -> dict[str, Any]:
    """Return the agent that joined values tell of."""
    return person.agent_of(tuple(values.split(APART)))


def _variant(agent: dict[str, Any]) -> str:
    return repr(sorted((k, v) for k, v in agent.items() if k != "member"))
