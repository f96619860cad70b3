"""Forms applied: the texts and columns of many statements of one form at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.landing.forms import Form, Gap, Person, Template, Trace
from ingest.landing.kinds import same
from ingest.landing.outlines import Values

Columns = Mapping[int, Sequence[str]]  # values by their place in the outline
KeysOf = Callable[[Person, list[Values]], list[str | None]]


@dataclass
class Filled:
    """What statements of one form become; constants are the form's."""

    contents: list[str]
    texts: list[str]
    columns: dict[str, Any]


def fill(form: Form, columns: Columns, count: int, keys_of: KeysOf) -> Filled:
    """Return texts and columns of statements.

    Args:
        form: of all of them.
        columns: their values, by place in the outline.
        count: how many they are.
        keys_of: turns what tells of a person into keys.
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
    return Filled(texts(form.content), texts(form.text), made)


def _gap(gap: Gap, columns: Columns, keys_of: KeysOf) -> Any:  # noqa: ANN401
    if isinstance(gap, Person):
        told = zip(*(columns[place] for place in gap.places), strict=True)
        return keys_of(gap, list(told))
    place, render = gap
    return columns[place] if render is same else list(map(render, columns[place]))


def agrees(form: Form, trace: Trace) -> bool:
    """Return whether a form makes of one statement what conversion made of it."""
    keys = {_told(agent): key for agent, key in trace.agents}

    def keys_of(person: Person, told: list[Values]) -> list[str | None]:
        return [keys.get(_told(person.told_by(values))) for values in told]

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


def _told(agent: dict[str, Any]) -> str:
    return repr(sorted((k, v) for k, v in agent.items() if k != "member"))
