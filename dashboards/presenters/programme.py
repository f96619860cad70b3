"""One programme: its facts, history, cohorts and costs, in words."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboards import formats
from dashboards.charts import programme_history
from dashboards.presenters import states
from dashboards.presenters.programme_list import Figure, figure, modes_words
from dashboards.theme import mode_style
from dashboards.words import detail_words
from tandem.core.seeds import seed_rows
from tandem.core.wording import render

Row = dict[str, Any]


def facts(
    programme: Row, designed: Row | None, quarter: Row | None, labels: tuple[str, int]
) -> list[tuple[str, str]]:
    """Return the facts of a programme's head: a name and words each.

    Args:
        programme: of pub.programmes.
        designed: of pub.programme_facts; None where there is none.
        quarter: its first and last quarter with data; None where it has none.
        labels: of its category, and the month in which the fiscal year starts.
    """
    category, month = labels
    known = designed or {}
    unknown = states.words("not_measured").short
    pairs = [
        ("owner", known.get("owner_role") or unknown),
        ("purpose", category),
        ("modes", modes_words(programme["delivery_modes"])),
        ("rule", known.get("completion_rule") or unknown),
        ("cohorts", formats.count(programme["cohort_count"])),
        ("quarters", _quarters(quarter, month)),
    ]
    if pattern := _pattern(known.get("hybrid_pattern")):
        pairs.append(("pattern", pattern))
    kinds = [
        render(f"page.programme.{name}")
        for name in ("is_mandatory", "is_high_stakes")
        if known.get(name)
    ]
    if kinds:
        pairs.append(("kind", ", ".join(kinds)))
    return [(render(f"page.programme.{name}"), words) for name, words in pairs]


def _quarters(quarter: Row | None, month: int) -> str:
    if quarter is None:
        return states.words("no_data").short
    first, last = (
        formats.quarter(quarter[f"{end}_label"], month) for end in ("first", "last")
    )
    if first == last:
        return first
    return render("page.programme.first_to_last", first=first, last=last)


def _pattern(slug: str | None) -> str:
    """Return the words of a hybrid pattern; empty where there is none."""
    rows = {row["hybrid_pattern"]: row for row in seed_rows("hybrid_patterns")}
    return rows[slug]["label"] if slug in rows else ""


def headline(name: str, cell: Row | None) -> str:
    """Return the sentence that a programme's page begins with.

    Args:
        name: of the programme.
        cell: its headline cell of the window.
    """
    state = states.of_cell(cell)
    if state or cell is None:
        return render(f"page.programme.head.{state}", programme=name)
    return render(
        "page.programme.head",
        programme=name,
        finished=formats.of_hundred(cell["value"]),
        low=formats.of_hundred(cell["ci_low"]),
        high=formats.of_hundred(cell["ci_high"]),
    )


def years(history: pl.DataFrame, changes: pl.DataFrame, month: int) -> pl.DataFrame:
    """Return the newest years of four quarters for charts.programme_history.

    Args:
        history: headline cells of the programme over four quarters, oldest first.
        changes: rows of pub.programme_changes of the programme.
        month: in which the fiscal year starts.
    """
    limits = changes.select(
        "period_end_date", "limit_low", "limit_high", "change_state"
    )
    joined = history.join(
        limits, on="period_end_date", how="left", maintain_order="left"
    )
    rows = [
        {
            "label": formats.quarter(row["period_label"], month),
            "end": row["period_end_date"],
            **{name: row[name] for name in programme_history.NUMBERS},
            "change_state": row["change_state"] or "too_little_data",
            "state": row["state"],
        }
        for row in joined.tail(programme_history.MOST).iter_rows(named=True)
    ]
    return pl.DataFrame(rows, schema=programme_history.SCHEMA)


@dataclass(frozen=True)
class CohortLine:
    """One cohort in words: its dose beside its outcome."""

    name: str
    began: str
    mode: str
    people: Figure
    finished: Figure
    live: Figure


def cohort_lines(cohorts: pl.DataFrame) -> list[CohortLine]:
    """Return a line per cohort in the order of their start, never of their results."""
    return [_cohort_line(row) for row in cohorts.iter_rows(named=True)]


def _cohort_line(row: Row) -> CohortLine:
    state = states.of_cell(row)
    short = states.words(state).short if state else ""
    missing = Figure(
        short, detail_words(row["state_detail"]) if state == "hidden" else "", state
    )
    people, live = missing, missing
    if not state:
        count = formats.count(row["learner_count"])
        people = Figure(render("page.programmes.about", count=count))
        live = _live(row)
    start = row["start_month_date"]
    return CohortLine(
        render("page.programme.cohort", number=row["cohort_no"]),
        formats.month(start) if start else states.words("not_measured").short,
        mode_style(row["delivery_mode"] or "unknown").label,
        people,
        figure(row, "share") if not state else missing,
        live,
    )


def _live(row: Row) -> Figure:
    """Return a cohort's live hours; a self-paced one is designed to have none."""
    if row["live_hours"] is not None:
        sessions = int(row["session_count"] or 0)
        return Figure(
            formats.value(row["live_hours"], "hours"),
            formats.number_of(sessions, "sessions"),
        )
    if row["delivery_mode"] == "async":
        return Figure(render("page.programme.no_live"))
    return Figure(states.words("not_measured").short, state="not_measured")


def cohort_summary(lines: list[CohortLine]) -> str:
    """Return how many cohorts are shown, and how many are not and why."""
    shown = sum(not line.finished.state for line in lines)
    hidden = sum(line.finished.state == "hidden" for line in lines)
    running = sum(line.finished.state == "still_running" for line in lines)
    key = "summary" if shown else "summary_none"
    key = "summary_all" if shown == len(lines) else key
    return render(
        f"page.programme.cohorts.{key}",
        shown=shown,
        hidden=hidden,
        running=running,
        count=len(lines),
    )


def cohort_hint(lines: list[CohortLine], k: int) -> str:
    """Return what would show the hidden cohorts; empty where none is hidden.

    Args:
        lines: the cohorts.
        k: the smallest group that is shown.
    """
    if not any(line.finished.state == "hidden" for line in lines):
        return ""
    return render("page.programme.cohorts.more", k=k)


def cohort_table(lines: list[CohortLine]) -> pl.DataFrame:
    """Return the cohorts as a table of words, for the download."""
    rows = [
        (
            line.name,
            line.began,
            line.mode,
            line.people.in_words,
            line.finished.in_words,
            line.live.in_words,
        )
        for line in lines
    ]
    return pl.DataFrame(rows, schema=cohort_columns(), orient="row")


def cohort_columns() -> list[str]:
    """Return the headings of the table of cohorts."""
    names = ("cohort", "began", "mode", "people", "finished", "live")
    return [render(f"page.programme.column.{name}") for name in names]


def break_even_words(row: Row) -> tuple[str, str, str]:
    """Return a break-even as a state (empty where there is a number), words and base.

    Args:
        row: of pub.break_even.
    """
    pair = {"a": mode_style(row["mode_a"]).label, "b": mode_style(row["mode_b"]).label}
    if row["state"] != "shown":
        return "hidden", render("page.programme.even.hidden", **pair), ""
    base = render(
        "page.programme.even.base",
        **pair,
        people_a=formats.count(row["enrolment_count_a"]),
        people_b=formats.count(row["enrolment_count_b"]),
        known=row["costed_programme_count"],
        all=row["programme_count"],
    )
    if reason := row["no_break_even_reason"]:
        state = "not_measured" if reason.endswith("unknown") else "cannot_compare"
        return state, render(f"page.programme.even.why.{reason}", **pair), base
    first, second = _cheaper_first(row)
    words = render(
        "page.programme.even.number",
        below=pair[first],
        above=pair[second],
        count=formats.count(row["break_even_enrolments"]),
    )
    return "", words, base


def _cheaper_first(row: Row) -> tuple[str, str]:
    """Return the mode that is cheaper for few enrolments, then the other one."""
    return ("a", "b") if row["fixed_amount_a"] <= row["fixed_amount_b"] else ("b", "a")


def cost_words(row: Row) -> str:
    """Return what each mode of a break-even costs, with the currency."""
    parts = [
        render(
            "page.programme.even.cost",
            mode=mode_style(row[f"mode_{side}"]).label,
            fixed=formats.count(row[f"fixed_amount_{side}"]),
            person=formats.count(row[f"per_person_amount_{side}"]),
            currency=row["currency"] or "",
        )
        for side in ("a", "b")
        if row[f"fixed_amount_{side}"] is not None
        and row[f"per_person_amount_{side}"] is not None
    ]
    return " ".join(parts)
