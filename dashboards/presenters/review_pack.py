"""The review pack of a quarter: which slides can be made, and what was decided."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from dashboards import formats
from dashboards.presenters import states
from dashboards.presenters.scorecard import Question
from dashboards.presenters.verdicts import pairs_in_categories
from dashboards.selection import ALL
from tandem.core.wording import ENGLISH, plural_key, render, translation

Row = dict[str, Any]

READY, WITH_CARE, LEFT_OUT = "ready", "with_care", "left_out"
MARKS = {READY: "✓", WITH_CARE: "◐", LEFT_OUT: "⊘"}
VERDICTS = ("clear_difference", "no_clear_difference", "too_small_to_matter")
OPEN, DECIDED, DONE, WITHDRAWN = "open", "decided", "done", "withdrawn"
STATUSES = (OPEN, DECIDED, DONE, WITHDRAWN)
# What a kept decision is about, where it was made from a proposed one.
CONCERNS = ("kpi_id", "programme_id", "outcome_category", "mode_a", "mode_b")


@dataclass(frozen=True)
class Slide:
    """One slide: its number (`1` to `8`, `a` for the annex), its state and why."""

    number: str
    state: str
    reason: str

    @property
    def title(self) -> str:
        """What the slide is about."""
        return render(f"review.slide.{self.number}")

    @property
    def label(self) -> str:
        """The state in words."""
        return render(f"review.state.{self.state}")


@dataclass(frozen=True)
class Material:
    """What the slides of one quarter and audience are made of.

    Attributes:
        registry: of the KPIs.
        cells: of the audience in the quarter, one row per KPI at most.
        comparisons: of the headline KPI; they are of the whole organisation.
        categorised: programmes with an outcome category, and all.
        proposed: how many decisions are proposed.
        kept: decisions kept for the quarter, as the journal's payloads.
        warnings: accepted ones.
        judged: number of a slide -> state and reason, as the slide itself gives them.
    """

    registry: pl.DataFrame
    cells: pl.DataFrame
    comparisons: pl.DataFrame
    categorised: tuple[int, int]
    proposed: int
    kept: list[Row]
    warnings: int
    judged: Mapping[str, tuple[str, str]]


def slides(material: Material) -> list[Slide]:
    """Return the eight slides and the annex, in order."""
    tiles = material.registry.filter(pl.col("tile_slot").is_not_null())
    cells = list(material.cells.iter_rows(named=True))
    return [
        Slide("1", *decided(material.kept, material.proposed)),
        Slide("2", *numbered(material.registry, cells, tiles["kpi_id"].to_list())),
        Slide("3", *modes(material.comparisons)),
        Slide("4", *fit(*material.categorised)),
        *(Slide(number, *found) for number, found in material.judged.items()),
        Slide("a", *annexed(material.warnings)),
    ]


def decided(kept: Iterable[Row], proposed: int) -> tuple[str, str]:
    """Return state and reason of the slide of decisions.

    Args:
        kept: decisions of the quarter, as the journal's payloads.
        proposed: how many the rules of publishing propose.
    """
    mine = [row for row in kept if row["status"] != WITHDRAWN]
    if mine:
        still_open = sum(row["status"] == OPEN for row in mine)
        return READY, _counted("decisions", len(mine), open=still_open)
    if proposed:
        return WITH_CARE, _counted("proposed", proposed)
    return LEFT_OUT, render("review.why.no_decision")


def numbered(
    registry: pl.DataFrame, cells: Iterable[Row], wanted: list[str]
) -> tuple[str, str]:
    """Judge a slide of numbers: all shown, some shown, none shown.

    Args:
        registry: of the KPIs.
        cells: of the audience, one row per KPI at most.
        wanted: KPIs of the slide.
    """
    rows = {row["kpi_id"]: row for row in cells}
    names = {row["kpi_id"]: row["kpi_name"] for row in registry.iter_rows(named=True)}
    found = {
        name: states.of_cell(rows[name]) if name in rows else "not_measured"
        for name in wanted
        if name in names
    }
    return numbers({names[name]: state for name, state in found.items()})


def numbers(found: Mapping[str, str]) -> tuple[str, str]:
    """Return state and reason of a slide of numbers: all, some or none are shown.

    Args:
        found: name of a KPI -> its state, empty where its value is shown.
    """
    missing = {name: state for name, state in found.items() if state}
    listed = "; ".join(
        f"{name}: {states.words(state).label.lower()}"
        for name, state in missing.items()
    )
    count = {"shown": len(found) - len(missing), "all": len(found)}
    if not missing and found:
        return READY, render("review.why.all_numbers", **count)
    if len(missing) < len(found):
        return WITH_CARE, render("review.why.some_numbers", missing=listed, **count)
    return LEFT_OUT, render("review.why.no_numbers")


def modes(comparisons: pl.DataFrame) -> tuple[str, str]:
    """Return state and reason of the slide that compares modes."""
    within = pairs_in_categories(comparisons)
    found = Counter(within["state"])
    plain, care = sum(found[state] for state in VERDICTS), found["with_care"]
    count = {"plain": plain, "care": care, "all": within.height}
    if not plain and not care:
        return LEFT_OUT, render("review.why.no_comparison")
    key = "review.why.comparisons_with_care" if care else "review.why.comparisons"
    return (WITH_CARE if care else READY), render(key, **count)


def fit(categorised: int, programmes: int) -> tuple[str, str]:
    """Return state and reason of the slide on modes that fit, by known categories."""
    if not categorised:
        return LEFT_OUT, render("review.why.no_category")
    count = {"known": categorised, "all": programmes}
    if categorised < programmes:
        return WITH_CARE, render("review.why.some_categories", **count)
    return READY, _counted("categories", programmes)


def handoffs(
    found: Mapping[str, int], *, is_live_known: bool = True
) -> tuple[str, str]:
    """Return state and reason of the slide on blends.

    Args:
        found: state -> how many steps of blended programmes have it.
        is_live_known: whether any blended programme has live attendance data.
    """
    shown, total = found.get("shown", 0), sum(found.values())
    if not total:
        return LEFT_OUT, render("review.why.no_blend")
    if not is_live_known:
        return LEFT_OUT, render("page.blended.no_live")
    if not shown:
        return LEFT_OUT, render("review.why.blends_hidden")
    count = {"shown": shown, "all": total}
    if shown < total:
        return WITH_CARE, render("review.why.some_steps", **count)
    return READY, render("review.why.all_steps", **count)


def scorecard(questions: Sequence[Question]) -> tuple[str, str]:
    """Return state and reason of the slide on the eight questions."""
    judged = sum(question.ours is not None for question in questions)
    measured = sum(question.measured for question in questions)
    if not judged and not measured:
        return LEFT_OUT, render("review.why.no_judgement")
    if not judged:
        return WITH_CARE, render("review.why.no_judgement")
    count = {"judged": judged, "all": len(questions)}
    state = READY if judged >= len(questions) else WITH_CARE
    return state, render("review.why.judgements", **count)


def next_steps(pilots: int, missing: Sequence[str], unanswered: int) -> tuple[str, str]:
    """Return state and reason of the slide on what to measure or pilot next.

    Args:
        pilots: how many are kept.
        missing: names of the numbers of the first page that are not measured.
        unanswered: comparisons of modes that were refused.
    """
    reasons = [_counted("pilots", pilots)] if pilots else []
    if missing:
        reasons.append(render("review.why.to_measure", names=", ".join(missing)))
    if unanswered:
        reasons.append(_counted("unanswered", unanswered))
    if not reasons:
        return LEFT_OUT, render("review.why.nothing_next")
    return READY, " ".join(reasons)


def annexed(warnings: int) -> tuple[str, str]:
    """Return state and reason of the annex, by accepted warnings."""
    if warnings:
        return WITH_CARE, _counted("warnings", warnings)
    return READY, render("review.why.annex")


def _counted(key: str, number: int, **others: object) -> str:
    return render(plural_key(f"review.why.{key}", number), number=number, **others)


def concerns(row: Row) -> dict[str, str]:
    """Return what a decision is about; empty texts where it names nothing.

    Args:
        row: of pub.decisions, or a kept decision's payload.
    """
    return {name: row.get(name) or "" for name in CONCERNS}


def decision_line(payload: Row) -> str:
    """Return status, role and due day of a decision in words."""
    return render(
        "review.decision_line",
        status=render(f"review.status.{payload['status']}"),
        role=role_words(payload["owner_role"]),
        due=formats.day(date.fromisoformat(payload["due"])),
    )


def still_open(entries: Mapping[str, Row], other_than: str = "") -> dict[str, Row]:
    """Return the open decisions of other quarters by subject, the oldest first.

    Args:
        entries: subject -> its newest entry.
        other_than: the quarter whose decisions are shown elsewhere.
    """
    found = {
        subject: entry
        for subject, entry in entries.items()
        if entry["payload"]["status"] == OPEN
        and entry["payload"]["quarter"] != other_than
    }
    return dict(sorted(found.items(), key=lambda each: each[1]["payload"]["quarter"]))


def open_line(payload: Row, today: date, start: int) -> str:
    """Return quarter, role and due day of an open decision, and whether it is late.

    Args:
        payload: of its newest entry.
        today: the day of reading.
        start: month in which the fiscal year starts.
    """
    due = date.fromisoformat(payload["due"])
    return render(
        "review.still_open.late" if due < today else "review.still_open.line",
        quarter=formats.quarter(payload["quarter"], start),
        role=role_words(payload["owner_role"]),
        due=formats.day(due),
    )


def audience_words(unit: str) -> str:
    """Return for whom a pack is.

    Args:
        unit: a business unit, or `all` for the organisation.
    """
    key = "review.audience.all" if unit == ALL else "review.audience.unit"
    return render(key, unit=unit)


def role_words(role: str) -> str:
    """Return a role in words; one that an organisation's own command gave, as it is."""
    key = f"role.{role}"
    return render(key) if translation(key, ENGLISH) else role.replace("_", " ")
