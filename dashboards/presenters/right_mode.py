"""Programmes beside the reference list: what fits, what to review, what data say.

The list is a hypothesis that an organisation adopts. Nothing here is a score, and no
programme is called wrong.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboards import formats, gaps
from dashboards.presenters import states
from dashboards.presenters.verdicts import ESTIMATED
from dashboards.theme import MODES, mode_style
from tandem.core.wording import render

Row = dict[str, Any]

UNCLASSIFIED = "unclassified"
MATCH, REVIEW, EXCEPTION, NO_CATEGORY = (
    "match",
    "review",
    "exception",
    "uncategorised",
)
STATUSES = (REVIEW, NO_CATEGORY, EXCEPTION, MATCH)
USUALLY, CAN, RARELY = "usually", "can", "rarely"
RANKS = {RARELY: 0, CAN: 1, USUALLY: 2}
EXCEPTIONS = ("high_stakes_compliance", "onboarding", "two_categories")


def fit(usual: str | None, mode: str) -> str:
    """Return how a mode fits a category: usually, can or rarely; empty without a list.

    Blended has parts of both, so that it can work wherever one of them is usual.
    """
    if not usual:
        return ""
    if mode == usual:
        return USUALLY
    return CAN if "hybrid" in {mode, usual} else RARELY


def status(row: Row) -> str:
    """Return where a programme stands against the list: one of STATUSES."""
    if row["reference_mode"] is None:
        return NO_CATEGORY
    if row["is_aligned"]:
        return MATCH
    return EXCEPTION if row["has_exception"] else REVIEW


@dataclass(frozen=True)
class FitTile:
    """A count of programmes, what it means, and how many enrolments they have."""

    label: str
    value: str
    note: str


def tiles(programmes: Iterable[Row], hours: Row | None) -> list[FitTile]:
    """Return the tiles: match, to review, uncategorised, learners affected, hours.

    Args:
        programmes: rows of queries.right_mode.programmes.
        hours: the published cell of the hours in an accepted mode; None without one.
    """
    rows = list(programmes)
    by_status = {name: [r for r in rows if status(r) == name] for name in STATUSES}
    found = [
        FitTile(
            render(f"page.right.tile.{name}"),
            render("page.right.of", count=len(by_status[name]), total=len(rows)),
            render(f"page.right.tile.{name}.note"),
        )
        for name in (MATCH, REVIEW, NO_CATEGORY)
    ]
    return [*found, _affected(by_status[REVIEW]), _hours(hours)]


def _affected(rows: list[Row]) -> FitTile:
    known = [row["enrolment_count"] for row in rows if row["enrolment_count"]]
    left = len(rows) - len(known)
    note = render("page.right.tile.affected.note")
    if left:
        note = f"{note} {render('page.right.tile.affected.hidden', count=left)}"
    people = render("page.right.about", count=formats.count(sum(known)))
    nobody = render("page.right.nobody")
    return FitTile(
        render("page.right.tile.affected"), people if known else nobody, note
    )


def _hours(cell: Row | None) -> FitTile:
    label = render("page.right.tile.hours")
    state = states.of_cell(cell)
    if state or cell is None:
        words = states.words(state)
        return FitTile(label, words.short, words.means)
    span = formats.span(cell["ci_low"], cell["ci_high"], "share")
    note = render("page.right.tile.hours.note")
    likely = f"{render('tile.span', span=span)}. {note}" if span else note
    return FitTile(label, formats.percent(cell["value"]), likely)


@dataclass(frozen=True)
class FitCell:
    """A category in a mode: how it fits, and how many programmes it has."""

    mode: str
    fit: str
    count: int

    @property
    def words(self) -> str:
        """How it fits, in words; that the list says nothing where it does not."""
        return render(f"page.right.fit.{self.fit or 'none'}")


@dataclass(frozen=True)
class FitRow:
    """A category: its modes, what the data say, and whether they disagree."""

    category: str
    label: str
    cells: tuple[FitCell, ...]
    data_say: str
    mark: str
    flag: str


def rows(
    programmes: pl.DataFrame,
    usual: Mapping[str, str | None],
    labels: Mapping[str, str],
    compared: pl.DataFrame,
    kpi: Row,
) -> list[FitRow]:
    """Return a row per category in the order of the list.

    Args:
        programmes: rows of queries.right_mode.programmes.
        usual: category -> the mode that the list names.
        labels: category -> words, in the order of the list.
        compared: rows of pub.mode_comparisons of the KPI and one window.
        kpi: by which the data judge; its row of the registry.
    """
    own = adopted_modes(programmes)
    found = []
    for slug, label in labels.items():
        if slug == UNCLASSIFIED:
            continue
        mine = programmes.filter(pl.col("outcome_category") == slug)
        mode = own.get(slug, usual.get(slug))
        cells = tuple(
            FitCell(name, fit(mode, name), (mine["delivery_mode"] == name).sum())
            for name in MODES
        )
        verdicts = compared.filter(
            (pl.col("outcome_category") == slug) & pl.col("mode_b").is_not_null()
        )
        mark, said = evidence(verdicts, kpi)
        flag = disagreement(verdicts, kpi, mode)
        found.append(FitRow(slug, label, cells, said, mark, flag))
    return found


def adopted_modes(programmes: pl.DataFrame) -> dict[str, str]:
    """Return category -> the mode of the organisation's own list, where it has one."""
    own = programmes.filter(
        pl.col("reference_adopted_on").is_not_null()
        & (pl.col("reference_reason") == "category")
    )
    return dict(own.select("outcome_category", "reference_mode").iter_rows())


def evidence(verdicts: pl.DataFrame, kpi: Row) -> tuple[str, str]:
    """Return mark and words of what the data say: clear, not clear, or can't tell."""
    found = list(verdicts.iter_rows(named=True))
    clear = [row for row in found if row["state"] == "clear_difference"]
    if clear:
        parts = "; ".join(gaps.finding(row, kpi) for row in clear)
        return states.MARKS["clear_difference"], render(
            "page.right.data.clear", parts=parts
        )
    same = [row for row in found if row["state"] == "too_small_to_matter"]
    if same:
        return states.MARKS["too_small_to_matter"], render("page.right.data.same")
    if any(row["state"] in ESTIMATED for row in found):
        return states.MARKS["no_clear_difference"], render("page.right.data.not_clear")
    return states.MARKS["cannot_compare"], render("page.right.data.cannot_tell")


def disagreement(verdicts: pl.DataFrame, kpi: Row, usual: str | None) -> str:
    """Return that a clear difference contradicts the list; empty where none does."""
    for row in verdicts.iter_rows(named=True):
        if row["state"] != "clear_difference" or not usual:
            continue
        ahead = gaps.ahead(row, kpi) or ""
        behind = row["mode_b"] if ahead == row["mode_a"] else row["mode_a"]
        if RANKS[fit(usual, ahead)] < RANKS[fit(usual, behind)]:
            return render(
                "page.right.flag",
                ahead=mode_style(ahead).label,
                behind=mode_style(behind).label,
            )
    return ""


def options(programmes: Iterable[Row], labels: Mapping[str, str]) -> dict[str, str]:
    """Return the lists that a reader can choose: code -> words with a count.

    Args:
        programmes: rows of queries.right_mode.programmes.
        labels: category -> words.
    """
    found = list(programmes)
    listed = {
        name: render(
            f"page.right.list.{name}", count=sum(status(r) == name for r in found)
        )
        for name in STATUSES
    }
    for slug, label in labels.items():
        for mode in MODES:
            count = sum(
                r["outcome_category"] == slug and r["delivery_mode"] == mode
                for r in found
            )
            if count:
                listed[f"{slug}-{mode}"] = render(
                    "page.right.list.cell",
                    category=label,
                    mode=mode_style(mode).label,
                    count=count,
                )
    return listed


def listed(programmes: Iterable[Row], code: str) -> list[Row]:
    """Return the programmes of one list: a status, or `category-mode`."""
    if code in STATUSES:
        return [row for row in programmes if status(row) == code]
    slug, _, mode = code.rpartition("-")
    return [
        row
        for row in programmes
        if row["outcome_category"] == slug and row["delivery_mode"] == mode
    ]


def reason(row: Row) -> str:
    """Return why a programme stands where it stands, in a sentence."""
    found = status(row)
    if found == NO_CATEGORY:
        return render("page.right.why.uncategorised")
    named = mode_style(row["reference_mode"]).label
    if found == EXCEPTION and row["exception_review_on"]:
        day = formats.day(row["exception_review_on"])
        return render("page.right.why.exception_until", named=named, day=day)
    because = row["reference_reason"]
    if found == REVIEW and because in EXCEPTIONS:
        return render(f"page.right.why.{because}")
    return render(f"page.right.why.{found}", named=named)


def people(row: Row) -> str:
    """Return the enrolments of a programme in words, or that they are hidden."""
    if row["enrolment_count"] is None:
        return states.words(states.of_cell(row) or "no_data").short
    return render("page.right.enrolments", count=formats.count(row["enrolment_count"]))
