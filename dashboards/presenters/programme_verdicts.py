"""A programme against its own past, its own benchmark and a sister programme."""

from dataclasses import dataclass
from typing import Any

from dashboards import formats
from dashboards.presenters import states
from tandem.core.wording import render

Row = dict[str, Any]

CHANGE_ORDER = ("fell", "rose", "as_before", "too_little_data")
MARGIN = 0.03  # of a share, where the registry names none
# Of two figures, the reason that is named first; as ux.md orders the states.
PRECEDENCE = ("hidden", "no_data", "not_measured", "still_running")


@dataclass(frozen=True)
class Verdict:
    """A state of dashboards.presenters.states, and why, in a sentence."""

    state: str
    sentence: str


def change_words(change: Row | None) -> str:
    """Return the status of a programme in a few words: `fell 6 points`.

    Args:
        change: a row of pub.programme_changes; None where there is none.
    """
    name = change["change_state"] if change else "too_little_data"
    if name in {"fell", "rose"} and change["standardised_change"] is not None:
        amount = formats.points(change["standardised_change"])
        return render(f"page.programmes.status.{name}", amount=amount)
    return render(f"page.programmes.status.{name}")


def change_verdict(change: Row | None, margin: float | None) -> Verdict:
    """Return what is known of a programme's change on the year before.

    Args:
        change: the newest row of pub.programme_changes; None where there is none.
        margin: of the KPI; a smaller change does not matter.
    """
    if change is None or change["state"] != "shown":
        state = states.of_cell(change)
        return Verdict(state, render(f"page.programme.change.{state}"))
    name = change["change_state"]
    if name == "too_little_data":
        return Verdict("cannot_compare", render("page.programme.change.too_little"))
    low, high = change["ci_low"], change["ci_high"]
    words = {
        "amount": formats.points(change["standardised_change"]),
        "low": formats.points(min(abs(low), abs(high))),
        "high": formats.points(max(abs(low), abs(high))),
        "same": render(f"same.{change['standardised_to']}"),
    }
    if name in {"fell", "rose"}:
        sentence = render(f"page.programme.change.{name}", **words)
        return Verdict("clear_difference", sentence)
    return _without_a_clear_one("change", low, high, margin)


def benchmark_verdict(row: Row | None, margin: float | None) -> Verdict:
    """Return what a programme adds to its own benchmark, once.

    One year alone never makes a difference clear; two looks in a row would.

    Args:
        row: of pub.programme_benchmarks; None where there is none.
        margin: of the KPI.
    """
    if row is None:
        return Verdict("no_data", render("page.programme.benchmark.no_data"))
    if row["state"] == "hidden":
        return Verdict("hidden", render("page.programme.benchmark.hidden"))
    if row["state"] != "shown":
        return Verdict(
            "cannot_compare", render(f"page.programme.benchmark.why.{row['reason']}")
        )
    low, high = row["ci_low"], row["ci_high"]
    if low is not None and high is not None and (low > 0 or high < 0):
        side = "above" if low > 0 else "below"
        sentence = render(
            f"page.programme.benchmark.{side}",
            amount=formats.points(row["difference"]),
            low=formats.points(min(abs(low), abs(high))),
            high=formats.points(max(abs(low), abs(high))),
        )
        return Verdict("with_care", sentence)
    return _without_a_clear_one("benchmark", low, high, margin)


def benchmark_notes(row: Row | None) -> tuple[str, ...]:
    """Return the value, the benchmark and the own share of one that is shown."""
    if row is None or row["state"] != "shown" or row["benchmark"] is None:
        return ()
    first = render(
        "page.programme.benchmark.figures",
        value=formats.percent(row["value"]),
        benchmark=formats.percent(row["benchmark"]),
        covered=formats.percent(row["covered_share"]),
    )
    if row["own_share"] is None:
        return (first,)
    share = formats.percent(row["own_share"])
    return (first, render("page.programme.benchmark.own_share", share=share))


def benchmark_words(row: Row | None) -> str:
    """Return a programme's place beside its benchmark in a few words."""
    verdict = benchmark_verdict(row, None)
    if row is None or row["state"] != "shown":
        return states.words(verdict.state).short
    if verdict.state != "with_care":
        return states.words(verdict.state).short
    side = "above" if row["difference"] > 0 else "below"
    amount = formats.points(row["difference"])
    return render(f"page.programmes.benchmark.{side}", amount=amount)


def _without_a_clear_one(
    what: str, low: float | None, high: float | None, margin: float | None
) -> Verdict:
    """Return that a range holds no difference, or only differences too small."""
    if low is None or high is None:
        return Verdict("no_data", render(f"page.programme.{what}.no_data"))
    most = margin or MARGIN
    if -most <= low and high <= most:
        sentence = render(f"page.programme.{what}.too_small", most=formats.points(most))
        return Verdict("too_small_to_matter", sentence)
    sentence = render(
        f"page.programme.{what}.unclear",
        worse=formats.points(min(low, 0.0)),
        better=formats.points(max(high, 0.0)),
    )
    return Verdict("no_clear_difference", sentence)


def sister_verdict(
    own: Row | None, other: Row | None, own_class: str | None, other_class: str | None
) -> Verdict:
    """Return whether two programmes' own figures can be set side by side.

    Two programmes are never ranked: their people differ, and two programmes are too few
    to hold that equal.

    Args:
        own: the headline's cell of this programme.
        other: the headline's cell of the other one.
        own_class: completion class of this programme.
        other_class: completion class of the other one.
    """
    found = {states.of_cell(own), states.of_cell(other)}
    for state in PRECEDENCE:
        if state in found:
            return Verdict(state, render(f"page.programme.sister.{state}"))
    if own_class is None or own_class != other_class:
        return Verdict(
            "cannot_compare",
            render(
                "page.programme.sister.definition",
                own=class_words(own_class),
                other=class_words(other_class),
            ),
        )
    return Verdict("with_care", render("page.programme.sister.with_care"))


def class_words(completion_class: str | None) -> str:
    """Return what counts as finished in a class, in words."""
    return render(f"page.programme.class.{completion_class or 'unknown'}")
