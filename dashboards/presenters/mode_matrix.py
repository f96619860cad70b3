"""The matrix of outcome categories and pairs of modes: what each cell says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboards import formats, gaps
from dashboards.presenters import states
from dashboards.presenters.pairs import PAIRS, in_pair, order_of
from dashboards.presenters.verdicts import ESTIMATED, LEADS, pair_words, reason
from dashboards.theme import mode_style
from tandem.core.wording import render

Row = dict[str, Any]

ALL = "all"


@dataclass(frozen=True)
class MatrixCell:
    """One category and pair of modes.

    Attributes:
        pair: both modes in words.
        state: a key of states.MARKS; empty where the category did not run in both.
        mark: of the state.
        verdict: what was found, in a few words.
        mode: the mode that is ahead; empty where none clearly is.
        gap: how far, with its unit and likely range, or what a gap could hide.
        strength: of the evidence; empty where nothing was estimated.
        base: the programmes behind it.
        note: why there is no result.
        picture: None where nothing was estimated.
    """

    pair: str
    state: str = ""
    mark: str = ""
    verdict: str = ""
    mode: str = ""
    gap: str = ""
    strength: str = ""
    base: str = ""
    note: str = ""
    picture: gaps.Picture | None = None


@dataclass(frozen=True)
class MatrixRow:
    """One category: its name, and a cell for each pair of modes."""

    category: str
    label: str
    cells: tuple[MatrixCell, ...]
    note: str = ""

    @property
    def is_estimated(self) -> bool:
        """Whether a pair of its modes could be compared."""
        return any(cell.picture for cell in self.cells)


@dataclass(frozen=True)
class Matrix:
    """The rows in the order of categories, and the ends of the axis of all pictures."""

    pairs: tuple[tuple[str, str], ...]
    rows: tuple[MatrixRow, ...]
    span: float
    margin: float

    @property
    def has_empty_cells(self) -> bool:
        """Whether a category did not run in both modes of a pair."""
        cells = (cell for row in self.rows if not row.note for cell in row.cells)
        return any(not cell.state for cell in cells)


def matrix(compared: pl.DataFrame, labels: Mapping[str, str], kpi: Row) -> Matrix:
    """Return the matrix of one KPI; the row over all categories is not in it.

    Args:
        compared: rows of pub.mode_comparisons of the KPI and one window.
        labels: words for the categories, in their order.
        kpi: its row of the registry.
    """
    inside = compared.filter(pl.col("outcome_category") != ALL)
    pairs = tuple(pair for pair in PAIRS if in_pair(inside, *pair).height)
    turned = {
        pair: {
            row["outcome_category"]: row
            for row in in_pair(inside, *pair).iter_rows(named=True)
        }
        for pair in pairs
    }
    alone = {
        row["outcome_category"]: row["mode_a"]
        for row in inside.filter(pl.col("mode_b").is_null()).iter_rows(named=True)
    }
    found = inside["outcome_category"].unique().to_list()
    rows = tuple(
        MatrixRow(
            slug,
            labels.get(slug, slug),
            tuple(
                cell(turned[pair][slug], kpi)
                if slug in turned[pair]
                else MatrixCell(
                    pair_words(*pair), verdict=render("page.matrix.not_run")
                )
                for pair in pairs
            ),
            render("page.matrix.alone", mode=mode_style(alone[slug]).label)
            if slug in alone
            else "",
        )
        for slug in sorted(found, key=lambda slug: order_of(slug, labels))
    )
    return Matrix(pairs, rows, span_of(inside, kpi), kpi["margin"] or 0.0)


def as_table(found: Matrix) -> pl.DataFrame:
    """Return the matrix as a table for the download: a row per category and pair."""
    names = ("category", "pair", "found", "gap", "strength", "programmes", "why")
    heads = [render(f"page.matrix.column.{name}") for name in names]
    rows = []
    for row in found.rows:
        if row.note:
            rows.append((row.label, "", row.note, "", "", "", ""))
            continue
        for cell in row.cells:
            strength = cell.strength and render(f"strength.{cell.strength}.evidence")
            said = (cell.verdict, cell.gap, strength, cell.base, cell.note)
            rows.append((row.label, cell.pair, *said))
    return pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row")


def span_of(compared: pl.DataFrame, kpi: Row) -> float:
    """Return the end of an axis that holds every range and twice the margin."""
    numbers = compared.select(
        pl.max_horizontal(
            pl.col("adjusted_difference", "ci_low", "ci_high").abs()
        ).max()
    ).item()
    return 1.05 * max(numbers or 0.0, 2 * (kpi["margin"] or 0.0)) or 1.0


def cell(row: Row, kpi: Row) -> MatrixCell:
    """Return one cell of a comparison that has both modes."""
    pair, state = pair_words(row["mode_a"], row["mode_b"]), row["state"]
    found = states.words(state)
    if state not in ESTIMATED or row["adjusted_difference"] is None:
        return MatrixCell(pair, state, found.mark, found.label, note=reason(row))
    is_ahead = state in LEADS
    mode = gaps.ahead(row, kpi) or ""
    return MatrixCell(
        pair,
        state,
        found.mark,
        _verdict(row, kpi, mode),
        mode if is_ahead else "",
        gap_words(row, kpi),
        row["evidence_strength"] or "",
        programmes_words(row),
        picture=gaps.picture(row, kpi),
    )


def _verdict(row: Row, kpi: Row, mode: str) -> str:
    state = row["state"]
    if state == "clear_difference":
        return gaps.better(kpi, mode)
    if state == "with_care":
        care = "emerging" if row["verdict"] == "emerging_difference" else "care"
        return render(f"page.matrix.{care}", finding=gaps.better(kpi, mode))
    if state == "too_small_to_matter":
        return render("page.matrix.same")
    return states.words(state).label


def gap_words(row: Row, kpi: Row) -> str:
    """Return how large a gap is or could be, with its unit and likely range."""
    state, unit = row["state"], kpi["unit"]
    if state in LEADS:
        size = gaps.amount(row["adjusted_difference"], unit)
        return render("page.matrix.gap", amount=size, likely=gaps.likely(row, kpi))
    if state == "too_small_to_matter" and kpi["margin"]:
        return render("page.matrix.within", amount=gaps.amount(kpi["margin"], unit))
    hidden = row["minimum_detectable_difference"]
    if state == "no_clear_difference" and hidden is not None:
        return render("page.matrix.could_hide", amount=gaps.amount(hidden, unit))
    return gaps.likely(row, kpi)


def programmes_words(row: Row) -> str:
    """Return the programmes behind a comparison, e.g. `4 programmes that ran both`."""
    first, second = row["programme_count_a"], row["programme_count_b"]
    if first is None or second is None:
        return ""
    gates = (row.get("evidence_gates") or "").split(", ")
    if "same_programmes" in gates and first == second:
        name = "one" if first == 1 else "both"
        return render(f"page.matrix.ran_{name}", count=first)
    return render(
        "page.matrix.programmes",
        first=formats.count(first),
        mode_a=mode_style(row["mode_a"]).label,
        second=formats.count(second),
        mode_b=mode_style(row["mode_b"]).label,
    )


def over_all(compared: pl.DataFrame, kpi: Row) -> list[str]:
    """Return a sentence for each pair of modes over all categories.

    They stand apart: a mode that is ahead over all is not the one for each category.
    """
    rows = compared.filter(
        (pl.col("outcome_category") == ALL) & pl.col("mode_b").is_not_null()
    )
    sentences = []
    for pair in PAIRS:
        for row in in_pair(rows, *pair).iter_rows(named=True):
            found = cell(row, kpi)
            words = [found.verdict[:1].lower() + found.verdict[1:]]
            if found.strength:
                words.append(render(f"strength.{found.strength}.evidence"))
            keep = found.mode or row["mode_a"]
            if found.verdict.startswith(mode_style(keep).label):
                words[0] = found.verdict
            sentences.append(
                render(
                    "page.matrix.over_all",
                    pair=found.pair,
                    verdict=", ".join(words),
                )
            )
    return sentences
