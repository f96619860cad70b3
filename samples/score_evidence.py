"""Scores in tests before, after and weeks after learning, drills, recall, and items."""

import numpy as np
import polars as pl

from samples.activities import EXAM
from samples.attendance import ATTENDED
from samples.catalogue import programmes
from samples.declared_tests import (
    CATEGORIES,
    CRITICAL_CATEGORIES,
    DRILL_MASTERY,
    ITEMS,
    declared_tests,
    item_iri,
    test_iri,
)
from samples.enrolment_statements import QUESTION, EnrolmentStatements
from samples.events import CODE
from samples.evidence import Evidence, Truth, truth_by_mode
from samples.plan import DAY, Plan
from samples.simulation import Simulation

HOUR = 3_600
TESTED_SHARE, DRILLED_SHARE, RECALLED_SHARE, ITEM_SHARE = 0.15, 0.12, 0.35, 0.3
DECIDED_SHARE = 0.4
DELAYED_SHARE, DELAY_DAYS = 0.7, 40
DRILL_TRIES = 3
LAST_DAYS = 50  # evidence of later enrolments would lie after the end of the sample


class _Scores:
    """Draws scores of enrolments, and adds a statement for each."""

    def __init__(self, plan: Plan, made: Simulation) -> None:
        self.rng = plan.stream("test scores")
        self.made = made
        self.statements = EnrolmentStatements(made, plan.stream("test score ids"))
        self.attempts = np.zeros(len(made.enrolments.mode))
        self.tests = np.zeros(len(made.enrolments.mode))
        self.tested: set[tuple[int, str]] = set()
        enrolments = made.enrolments
        over = enrolments.anchor + enrolments.horizon
        active = np.zeros(len(over), dtype=bool)
        begun = made.events.filter(pl.col("kind") == CODE["initialized"])
        active[begun["enrolment"].to_numpy()] = True
        seats = made.attendance.enrolment
        came = made.attendance.status == ATTENDED
        active[seats[came & ~enrolments.is_unmatched[seats]]] = True
        self.eligible = (
            active
            & (over <= plan.cut_off - LAST_DAYS * DAY)
            & (made.outcomes.waived_at < 0)
        )

    def drawn(self, slugs: tuple[str, ...], share: float) -> np.ndarray:
        """Draw enrolments of some categories; shape (enrolments,), bool."""
        own = np.array([p.category.slug in slugs for p in programmes()])
        chance = self.rng.random(len(self.eligible)) < share
        return self.eligible & own[self.made.enrolments.programme] & chance

    def scores(self, low: float, high: float) -> np.ndarray:
        """Draw a score in hundredths for every enrolment."""
        size = len(self.eligible)
        return np.round(self.rng.uniform(low, high, size), 2)

    def add(self, row: int, kind: str, at: int, score: float) -> None:
        """Add the statement of a score in a test of the enrolment's programme."""
        programme = programmes()[self.made.enrolments.programme[row]]
        result = {"score": {"scaled": round(float(score), 2), "min": 0, "max": 1}}
        iri = test_iri(programme, kind)
        self.statements.add(row, "scored", iri, EXAM, int(at) * 1_000, result)
        self.attempts[row] += 1
        self.tests[row] += (row, kind) not in self.tested
        self.tested.add((row, kind))


def evidence(plan: Plan, made: Simulation) -> Evidence:
    """Let a part of the enrolments take tests; return them and the KPIs."""
    scores = _Scores(plan, made)
    kpis = _tests(scores) | _drills(scores) | _recall(scores) | _critical_items(scores)
    kpis["attempts_per_assessment"] = truth_by_mode(
        made.enrolments.mode, scores.tests, scores.attempts
    )
    return Evidence(
        {"assessments": _assessments(), "assessment_items": _items()},
        scores.statements.texts,
        kpis,
    )


def tests_taken(plan: Plan, made: Simulation) -> set[tuple[int, str]]:
    """Return the enrolments that took tests beside the final one, and which."""
    scores = _Scores(plan, made)
    for draw in (_tests, _drills, _recall, _critical_items):
        draw(scores)
    return scores.tested


def _assessments() -> list[dict[str, object]]:
    return [
        {
            "activity_id": test.iri,
            "programme_id": test.programme_id,
            "kind": test.kind,
            "form": "A" if test.kind in ("post_test", "delayed_test") else "",
            "mastery_score": DRILL_MASTERY if test.kind in ("drill", "recall") else "",
            "unit_activity_id": test.unit_iri,
        }
        for test in declared_tests()
    ]


def _items() -> list[dict[str, object]]:
    return [
        {
            "item_id": item_iri(programme, question),
            "activity_id": item_iri(programme, question).rsplit("/", 1)[0],
            "is_critical": "yes" if is_critical else "no",
        }
        for programme in programmes()
        if programme.has_exam and programme.category.slug in CRITICAL_CATEGORIES
        for question, is_critical in ITEMS.items()
    ]


def _tests(scores: _Scores) -> dict[str, Truth]:
    made, mode = scores.made, scores.made.enrolments.mode
    first = scores.drawn(CATEGORIES["pre_test"], TESTED_SHARE)
    second = first & (made.finished_at >= 0)
    third = second & (scores.rng.random(len(first)) < DELAYED_SHARE)
    before, after = scores.scores(0.2, 0.7), scores.scores(0.65, 1)
    later = np.round(after * scores.scores(0.7, 1), 2)
    for row in np.flatnonzero(first):
        at = made.enrolments.anchor[row] + HOUR
        scores.add(row, "pre_test", at, before[row])
        done = max(int(made.finished_at[row]), int(at) + HOUR)
        if second[row]:
            scores.add(row, "post_test", done, after[row])
        if third[row]:
            scores.add(row, "delayed_test", done + DELAY_DAYS * DAY, later[row])
    cases = _second_cases(scores)
    return {
        "learning_gain": truth_by_mode(
            mode, second * (1 - before), second * (after - before)
        ),
        "test_retention": truth_by_mode(mode, third * after, third * later),
        "decision_score_gain": truth_by_mode(
            mode, cases["both"], cases["both"] * 100 * cases["gain"]
        ),
        "second_test_share": truth_by_mode(
            mode, first | cases["first"], second | cases["both"]
        ),
    }


def _second_cases(scores: _Scores) -> dict[str, np.ndarray]:
    """Let some decide a case before, and the finishers of them another one after."""
    made = scores.made
    first = scores.drawn(CATEGORIES["scenario_before"], DECIDED_SHARE)
    both = first & (made.finished_at >= 0)
    before, after = scores.scores(0.3, 0.7), scores.scores(0.35, 0.95)
    for row in np.flatnonzero(first):
        at = int(made.enrolments.anchor[row]) + HOUR
        scores.add(row, "scenario_before", at, before[row])
        if both[row]:
            done = max(int(made.finished_at[row]), at + HOUR)
            scores.add(row, "scenario_after", done, after[row])
    return {"first": first, "both": both, "gain": after - before}


def _drills(scores: _Scores) -> dict[str, Truth]:
    made = scores.made
    drilled = scores.drawn(CATEGORIES["drill"], DRILLED_SHARE)
    mastered = np.zeros(len(drilled), dtype=bool)
    for row in np.flatnonzero(drilled):
        for number in range(int(scores.rng.integers(1, DRILL_TRIES + 1))):
            score = round(float(scores.rng.uniform(0.4, 1)), 2)
            at = made.enrolments.anchor[row] + (number + 1) * DAY
            scores.add(row, "drill", at, score)
            mastered[row] |= score >= DRILL_MASTERY
            if mastered[row]:
                break
    mode = made.enrolments.mode
    return {"drill_mastery_rate": truth_by_mode(mode, drilled, drilled & mastered)}


def _recall(scores: _Scores) -> dict[str, Truth]:
    """Ask about the first unit one to three days after it was completed."""
    made, mode = scores.made, scores.made.enrolments.mode
    drawn = scores.drawn(CATEGORIES["recall"], RECALLED_SHARE)
    first_units = [
        n for n, a in enumerate(made.activities) if a.iri.endswith("units/1")
    ]
    done = _first_events(made, ("completed",), first_units)
    asked, right = np.zeros(len(drawn)), np.zeros(len(drawn))
    for row in np.flatnonzero(drawn):
        if row in done:
            score = 1.0 if scores.rng.random() < 0.7 else 0.0
            wait = int(scores.rng.integers(1, 4)) * DAY
            scores.add(row, "recall", done[row] // 1_000 + wait, score)
            asked[row], right[row] = 1, score
    return {"micro_recall_rate": truth_by_mode(mode, asked, right)}


def _critical_items(scores: _Scores) -> dict[str, Truth]:
    """Report the answers to the questions of some first attempts at final tests."""
    made, mode = scores.made, scores.made.enrolments.mode
    drawn = scores.drawn(CRITICAL_CATEGORIES, ITEM_SHARE)
    exams = [n for n, a in enumerate(made.activities) if a.role == "final_assessment"]
    taken = _first_events(made, ("initialized",), exams)
    answered, careful = np.zeros(len(drawn)), np.zeros(len(drawn))
    for row in np.flatnonzero(drawn):
        if row not in taken:
            continue
        answered[row], careful[row] = 1, 1
        programme = programmes()[made.enrolments.programme[row]]
        for number, (question, is_critical) in enumerate(ITEMS.items()):
            is_right = bool(scores.rng.random() < 0.85)
            at = taken[row] + (number + 1) * 1_000
            iri = item_iri(programme, question)
            scores.statements.add(
                row, "answered", iri, QUESTION, at, {"success": is_right}
            )
            if is_critical and not is_right:
                careful[row] = 0
    answers = answered * len(ITEMS)
    return {
        "critical_error_free_rate": truth_by_mode(mode, answered, careful),
        "offline_share": truth_by_mode(mode, answers, np.zeros(len(answers))),
    }


def _first_events(
    made: Simulation, kinds: tuple[str, ...], activities: list[int]
) -> dict[int, int]:
    """Return when (UTC ms) each enrolment had its first event of some kinds."""
    codes = [CODE[kind] for kind in kinds]
    found = (
        made.events.filter(
            pl.col("kind").is_in(codes) & pl.col("activity").is_in(activities)
        )
        .group_by("enrolment")
        .agg(pl.col("at").min())
    )
    return dict(found.iter_rows())
