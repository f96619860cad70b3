"""Propose how to read a table with a column for each activity."""

from collections.abc import Iterator
from functools import lru_cache

from ingest.mapping.column_formats import filled
from ingest.mapping.column_guesses import Guess, verb_by_state
from ingest.mapping.mapping_fields import Wide
from ingest.mapping.mapping_file import preset, presets
from ingest.mapping.proposed_times import quoted
from ingest.mapping.tables import Table
from ingest.mapping.wide_tables import ADDED, Place, places_of
from ingest.parsing.source_phrases import plain

LEAST = 2  # pairs of a state and a time: one pair is a report of one course


@lru_cache(maxsize=1)
def endings() -> tuple[str, ...]:
    """Return what the headings of times beside an activity end with, in presets."""
    found = [wide.date_after for name in presets() if (wide := preset(name).wide)]
    return tuple(dict.fromkeys(ending for endings in found for ending in endings))


def activities_in(table: Table) -> list[Place]:
    """Return the activities that have a column of states and one of times beside it."""
    places = places_of(table.header, Wide(date_after=endings()))
    known = [place for place in places if _has_states(table, place.name)]
    return known if len(known) >= LEAST else []


def _has_states(table: Table, name: str) -> bool:
    cells = filled(table, name)
    return bool(cells) and all(plain(cell) in verb_by_state() for cell in cells)


def columns_of(table: Table, places: list[Place]) -> frozenset[str]:
    """Return the headings of the columns that hold states and their times."""
    used = {at for place in places for at in (place.cell, place.time)}
    return frozenset(table.header[at] for at in used if at is not None)


def wide_lines(table: Table, places: list[Place]) -> Iterator[str]:
    """Yield the keys of a mapping about activities, states and times."""
    first = places[0]
    following = table.header[first.time] if first.time is not None else ""
    ending = following.removeprefix(first.name)
    yield "wide:  # a column for each activity, and its time beside it"
    yield f"  date_after: [{quoted(ending)}]"
    yield "activity:  # the file's name stands for the course"
    yield "  {id: Wide key, name: Wide activity, type: module, within: Wide course}"
    yield "verb: {column: Wide state, statuses: true}"
    yield "time: Wide time"


def without_activities(
    guessed: dict[str, Guess], taken: frozenset[str]
) -> dict[str, Guess]:
    """Return the guesses about the person alone, none of them of an activity."""
    return {
        key: guess
        for key, guess in guessed.items()
        if key.startswith("person.") and guess.heading not in taken
    }


def base_columns(header: tuple[str, ...]) -> list[str]:
    """Return the columns of a table read so that are no activity's."""
    return [name for name in header if name not in ADDED]
