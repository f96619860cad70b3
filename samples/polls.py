"""Polls in live sessions on Zoom: who answered which question, and when.

Moments are UTC seconds. A question is asked once, and answered within two minutes.
"""

from dataclasses import dataclass

import numpy as np

from samples.attendance import Connections
from samples.cohorts import Cohort, Session
from samples.plan import Plan

POLLED_SHARE, ANSWERED_SHARE, SECOND_QUESTION_SHARE = 0.25, 0.6, 0.5
ASKED_AT = (0.45, 0.6)  # share of the session after which each question is asked
OPEN_SECONDS = 120


@dataclass(frozen=True)
class PollAnswers:
    """One row per answer: session, person, number of the question, moment."""

    session: np.ndarray
    person: np.ndarray
    question: np.ndarray
    at: np.ndarray


def draw_polls(
    plan: Plan,
    cohorts: list[Cohort],
    held: list[tuple[int, Session]],
    connections: Connections,
) -> PollAnswers:
    """Draw the answers of people who were connected when a question was asked.

    A session whose meeting was restarted has no poll, and hosts answer none.
    """
    rng = plan.stream("polls")
    is_polled = rng.random(len(held)) < POLLED_SHARE
    has_second = rng.random(len(held)) < SECOND_QUESTION_SHARE
    draws = rng.random((2, len(connections.session)))
    waits = rng.integers(5, OPEN_SECONDS, (2, len(connections.session)))
    parts = []
    for question in (0, 1):
        asked = np.array(
            [
                s.actual_starts
                + int(ASKED_AT[question] * (s.actual_ends - s.actual_starts))
                for _at, s in held
            ],
            dtype=np.int64,
        )
        is_asked = np.array(
            [
                cohorts[at].platform == "zoom" and session.restart_at is None
                for at, session in held
            ]
        )
        is_asked &= is_polled & (has_second if question else True)
        hosts = np.array([cohorts[at].facilitator for at, _session in held])
        session, at = connections.session, asked[connections.session]
        answers = is_asked[session] & (draws[question] < ANSWERED_SHARE)
        answers &= ~connections.is_waiting & ~connections.is_unmatched
        answers &= connections.person != hosts[session]
        answers &= (connections.joined <= at) & (connections.left > at + OPEN_SECONDS)
        _pairs, first = np.unique(
            np.stack([session[answers], connections.person[answers]]),
            axis=1,
            return_index=True,
        )
        chosen = np.flatnonzero(answers)[first]
        parts.append(
            (
                session[chosen],
                connections.person[chosen],
                np.full(len(chosen), question),
                at[chosen] + waits[question][chosen],
            )
        )
    return PollAnswers(*(np.concatenate(column) for column in zip(*parts, strict=True)))
