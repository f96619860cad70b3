"""What is planted beside visits to content, before its truth is written."""

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from samples.enrolments import uuids
from samples.learning_statements import statement_of
from samples.simulation import Simulation
from samples.table_rows import Row

LIVE_SHARE = 0.4  # of visits in live cohorts, which have few


@dataclass
class Traces:
    """What was planted; moments are UTC milliseconds.

    Attributes:
        statements: JSON texts.
        tables: rows of the organisation's tables.
        acts: enrolment and moment of each statement that is learning activity.
        searches: enrolment, at, result_count, opened_at, dwell_ms (of tables only).
        questions: enrolment, at, is_answered, is_escalated (null where not reported).
        posts: enrolment, at, replied_at (null for none); replies follow as acts only.
        replies: enrolment and moment of each reply.
        asked: enrolment, programme, at, is_own, replied_at of questions to people.
        contacts: enrolments of a post and of its reply, and the moment of the reply.
        badges: enrolment and moment.
    """

    statements: list[str] = field(default_factory=list)
    tables: dict[str, list[Row]] = field(default_factory=dict)
    acts: list[tuple[int, int]] = field(default_factory=list)
    searches: list[dict] = field(default_factory=list)
    questions: list[dict] = field(default_factory=list)
    posts: list[dict] = field(default_factory=list)
    replies: list[tuple[int, int]] = field(default_factory=list)
    asked: list[dict] = field(default_factory=list)
    contacts: list[tuple[int, int, int]] = field(default_factory=list)
    badges: list[tuple[int, int]] = field(default_factory=list)


def live_shares(made: Simulation, visits: pl.DataFrame, share: float) -> np.ndarray:
    """Return the share to draw for each visit."""
    is_live = made.enrolments.mode[visits["enrolment"].to_numpy()] == 0
    return np.where(is_live, LIVE_SHARE, share)


def by_statement(programme: int) -> bool:
    """Whether statements report the searches and questions of a programme."""
    return programme % 2 == 0


def add_statement(
    made: Simulation,
    traces: Traces,
    rng: np.random.Generator,
    enrolment: int,
    at: int,
    verb: str,
    thing: dict,
    is_activity: bool = True,
    result: dict | None = None,
) -> None:
    """Add a statement, and what it says of the learner's activity."""
    statement_id = uuids(rng, 1)[0]
    traces.statements.append(
        statement_of(
            made,
            enrolment,
            at,
            verb,
            thing,
            statement_id=statement_id,
            result=result,
        )
    )
    if is_activity:
        traces.acts.append((enrolment, at))
