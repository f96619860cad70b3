"""The organisation's own tables, as organisation_tables.toml declares them."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

Kind = Literal["person", "text", "whole", "number", "yes_no", "time", "day"]
PERSON = "person"
PERSON_IN_RAW = "actor_key"
TYPES: Mapping[Kind, str] = {
    "person": "VARCHAR",
    "text": "VARCHAR",
    "whole": "BIGINT",
    "number": "DOUBLE",
    "yes_no": "BOOLEAN",
    "time": "TIMESTAMP",
    "day": "DATE",
}


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        name: its name in a file; a person's is `email`.
        kind: what its values are.
        is_required: whether every row needs a value.
        allowed: the values that it may have; empty: any.
        allowed_in: the seed whose first column lists those values.
        minimum, maximum, above: bounds of a number; `above` itself is not allowed.
        meaning, example: for people who fill the table.
    """

    name: str
    kind: Kind
    meaning: str
    example: str
    is_required: bool = False
    allowed: tuple[str, ...] = ()
    allowed_in: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None

    @property
    def name_in_raw(self) -> str:
        """Its name in schema raw, where a person is an actor key."""
        return PERSON_IN_RAW if self.kind == PERSON else self.name

    @property
    def type(self) -> str:
        """Its DuckDB type."""
        return TYPES[self.kind]


@dataclass(frozen=True)
class Table:
    """A table: its grain, columns, key, and pairs of columns that begin and end.

    Of `needs_one_of`, a row has to fill at least one column.
    """

    name: str
    grain: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    spans: tuple[tuple[str, str], ...] = ()
    needs_one_of: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def organisation_tables() -> dict[str, Table]:
    """Return the declared tables by name."""
    path = Path(__file__).with_suffix(".toml")
    declared = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: _table(name, given) for name, given in declared.items()}


def _table(name: str, given: dict[str, Any]) -> Table:
    columns = (
        Column(name=column, **rest | {"allowed": tuple(rest.get("allowed", ()))})
        for column, rest in given["columns"].items()
    )
    return Table(
        name=name,
        grain=given["grain"],
        columns=tuple(columns),
        key=tuple(given.get("key", ())),
        spans=tuple((first, last) for first, last in given.get("spans", ())),
        needs_one_of=tuple(given.get("needs_one_of", ())),
    )


def ddl() -> str:
    """Return SQL that makes the tables in schema raw, where they do not exist."""
    parts = ["create schema if not exists raw;"]
    for table in organisation_tables().values():
        first = ["load_id varchar not null", "source varchar not null"]
        own = [
            f"{column.name_in_raw} {column.type}{' not null' * column.is_required}"
            for column in table.columns
        ]
        columns = ", ".join([*first, "reported_at timestamp", *own])
        parts.append(f"create table if not exists raw.{table.name} ({columns});")
    return "\n".join(parts)


def columns_to_add(existing: Iterable[tuple[str, str]]) -> list[str]:
    """Return SQL that adds the columns that an earlier version did not declare.

    Args:
        existing: name of table and column of all columns of schema raw.
    """
    known = set(existing)
    return [
        f"alter table raw.{table.name} add column {column.name_in_raw} {column.type}"
        for table in organisation_tables().values()
        for column in table.columns
        if (table.name, column.name_in_raw) not in known
    ]


def columns_to_loosen(required: Iterable[tuple[str, str]]) -> list[str]:
    """Return SQL that lets columns be empty that an earlier version required.

    Args:
        required: name of table and column of all columns of schema raw that must not
            be null.
    """
    tables = organisation_tables()
    always = {"load_id", "source"}
    return [
        f"alter table raw.{table} alter column {column} drop not null"
        for table, column in required
        if table in tables
        and column not in always
        and not any(
            each.name_in_raw == column and each.is_required
            for each in tables[table].columns
        )
    ]
