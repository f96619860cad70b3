"""What the decisions of a reviewed workbook change, in words and as JSON."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tandem.core.counted import counted

if TYPE_CHECKING:
    from ingest.review.decisions import Read
    from ingest.review.preview import CohortChange, Effect, Preview

SHOWN = 20  # decisions, and cohorts, that are printed; --json prints all
GUEST_WORDS = "no member of the organisation"


def words(changes: "Preview", read: "Read", batch: str | None) -> Iterator[str]:
    """Yield the lines that a person reads."""
    for effect in changes.effects[:SHOWN]:
        yield _effect(effect)
        if effect.careful:
            yield f"    {effect.careful}"
    if (rest := len(changes.effects) - SHOWN) > 0:
        yield f"... and {counted(rest, 'more decision')}, which --json prints"
        careful = sum(bool(one.careful) for one in changes.effects[SHOWN:])
        if careful:
            yield f"    Careful: {careful:,} of these join people in two places at once"
    yield from map(_cohort, changes.cohorts[:SHOWN])
    if (rest := len(changes.cohorts) - SHOWN) > 0:
        yield f"... and {counted(rest, 'more group')}, which --json prints"
    yield _total(changes)
    if not changes.is_built:
        yield "Nothing is built yet: attendance follows with the first tandem run"
    yield counted(read.open_count, "row is left open", "rows are left open")
    if read.gone_count:
        rows = counted(read.gone_count, "row is", "rows are")
        yield (
            f"{rows} passed over: those people are matched, excluded or erased since "
            "the file was written"
        )
    if batch:
        yield f"Applied as {batch}: marts follow with the next tandem run"
        yield f"To take it back: tandem identity undo {batch}"
    elif changes.effects:
        yield "Nothing was changed: add --apply to apply this"


def as_dict(changes: "Preview", read: "Read", batch: str | None) -> dict[str, Any]:
    """Return the same for a script, with every decision and group."""
    return {
        "decisions": [
            {
                "row": effect.decision.row,
                "shown": effect.decision.shown,
                "person": effect.decision.label,
                **{k: v for k, v in asdict(effect).items() if k != "decision"},
            }
            for effect in changes.effects
        ],
        "groups": [asdict(one) for one in changes.cohorts],
        "enrolment_count": changes.enrolment_count if changes.is_built else None,
        "open_count": read.open_count,
        "gone_count": read.gone_count,
        "batch": batch,
    }


def _effect(effect: "Effect") -> str:
    decision = effect.decision
    who = GUEST_WORDS if decision.learner_key is None else decision.label
    said = (
        f"Row {decision.row}: {decision.shown} is {who}: "
        f"{counted(effect.session_count, 'session')}, "
        f"{counted(effect.minutes, 'minute')}"
    )
    if effect.enrolment_count is None or decision.learner_key is None:
        return said
    return f"{said}, {counted(effect.enrolment_count, 'enrolment')}"


def _cohort(change: "CohortChange") -> str:
    before, after = (
        f"{attended:,} of {rated:,} ({100 * attended / rated:.1f} %)"
        if rated
        else "no base"
        for attended, rated in zip(change.attended, change.rated, strict=True)
    )
    unmatched = "{:,} to {:,}".format(*change.unmatched)
    return (
        f"Group {change.title}: attendance {before} -> {after}; "
        f"unmatched in its sessions {unmatched}"
    )


def _total(changes: "Preview") -> str:
    some = changes.effects
    accounts = sum(one.account_count for one in some)
    together = (
        counted(len(some), "decision"),
        counted(accounts, "account"),
        counted(sum(one.minutes for one in some), "minute"),
        counted(changes.enrolment_count, "enrolment"),
        counted(len(changes.cohorts), "group"),
    )
    return f"Together: {', '.join(together)}"
