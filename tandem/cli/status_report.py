"""The words of `tandem status`: what to do first, then how everything stands."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tandem.cli.standing import Source, Standing
from tandem.cli.status_sections import Report, bindings, people, refused, unread
from tandem.core.counted import counted
from tandem.core.files import Home

MOST_FIRST = 5
NOBODY = "Nobody is enrolled, so that shares have no base: see People below."


def report(
    home: Home,
    found: Standing,
    status: Mapping[str, Any],
    thresholds: Mapping[str, Any],
    now: datetime,
) -> list[str]:
    """Return the report as lines.

    Args:
        home: whose.
        found: how it stands.
        status: the counters of the stages, of which failures are read.
        thresholds: the vars.
        now: UTC without a zone.
    """
    out = Report()
    _published(out, found, now)
    out.title("To do first")
    first = to_do(found, status, thresholds, now)
    for number, words in enumerate(first[:MOST_FIRST], start=1):
        out.say(words, f"{number}. ")
    if not first:
        out.say("Nothing: everything that landed is published, and no source is late.")
    if found.in_use:
        out.title("Sources")
        out.say(f"The warehouse cannot be read now: {found.in_use}. Ask again later.")
        return out.lines
    unread(out, found)
    if found.sources:
        _sources(out, found, thresholds["late_after_days"], now)
        refused(out, found)
        bindings(out, home, found, status)
        people(out, found)
    return out.lines


def _published(out: Report, found: Standing, now: datetime) -> None:
    row = found.published
    if row is None:
        out.say("Nothing is published yet.")
        return
    name = f" for {row['organisation_name']}" if row["organisation_name"] else ""
    age = (now - row["published_at"]).days
    when = {0: "today", 1: "yesterday"}.get(age, f"{age} days ago")
    out.say(
        f"Published{name}: figures of the data up to {_day(row['as_of'])}, published "
        f"on {row['published_at']:%Y-%m-%d at %H:%M} UTC ({when})."
    )


def to_do(
    found: Standing,
    status: Mapping[str, Any],
    thresholds: Mapping[str, Any],
    now: datetime,
) -> list[str]:
    """Return what needs doing, the most urgent first."""
    if not (found.sources or found.in_use or found.unread):
        return ["Nothing has landed yet. Try one file: tandem inspect FILE"]
    parts = [
        _refused_publish(status),
        NOBODY if found.nobody else "",
        *_lost(found, thresholds["deletion_margin_days"], now),
        *_failed_pulls(status),
        *_late(found, thresholds["late_after_days"], now),
        _unpublished(found),
        _of_unread(found),
        _of_refused(found),
        _of_people(found, thresholds["expect_unmatched_share"] / 2),
    ]
    return [words for words in parts if words]


def _refused_publish(status: Mapping[str, Any]) -> str:
    failed = status.get("check", {}).get("failed") or []
    if not failed:
        return ""
    return (
        f"The last check refused to publish ({', '.join(map(str, failed))}). See why: "
        "tandem check"
    )


def _lost(found: Standing, margin: int, now: datetime) -> list[str]:
    """Return what vendors are about to delete, or have begun to delete."""
    lines = []
    for source in found.sources if not found.is_sample else []:
        for row, lost_on in source.deletions():
            left, days = (lost_on - now.date()).days, int(row["retention_days"])
            if left > min(margin, days // 2):
                continue
            what = f"{source.name}: {row['lost'][:1].lower()}{row['lost'][1:]}"
            since = _day(source.newest_at)
            lines.append(
                f"{what} since {since} will be deleted by the vendor in {left} days, "
                "from the oldest on. Export and land it now."
                if left >= 0
                else f"{what} since {since} is being deleted by the vendor: the oldest "
                f"was lost {-left} days ago. Export and land the rest now."
            )
    return lines


def _failed_pulls(status: Mapping[str, Any]) -> list[str]:
    pulls = status.get("lrs", {})
    return [
        f"The last pull of {name} failed: {pull['error']}"
        for name, pull in sorted(pulls.items())
        if isinstance(pull, dict) and pull.get("error")
    ]


def _late(found: Standing, days: int, now: datetime) -> list[str]:
    if found.is_sample:
        return []
    return [
        f"{source.name} is late: its newest record is {source.lag_days(now)} days old. "
        "Land its newest export, or see why it stopped."
        for source in found.sources
        if source.is_late(days, now)
    ]


def _unpublished(found: Standing) -> str:
    landed = [source.landed_at for source in found.sources]
    if not landed:
        return ""
    if found.published is None:
        return "What landed is not published. Build and publish it: tandem run"
    if max(landed) > found.published["published_at"]:
        return "Newer data have landed since the last publish: tandem run"
    return ""


def _of_unread(found: Standing) -> str:
    count = len(found.unread)
    if not count:
        return ""
    what = counted(count, "file was", "files were")
    return f"{what} not read; the reasons and what to do are below."


def _of_refused(found: Standing) -> str:
    count = sum(row["row_count"] for row in found.refused if not row["is_finding"])
    if not count:
        return ""
    what = counted(count, "row was", "rows were")
    return f"{what} refused; the reasons and what to do are below."


def _of_people(found: Standing, limit: float) -> str:
    names = [
        source.name
        for source in found.sources
        if source.people and 1 - source.people[1] / source.people[0] > limit
    ]
    if not names:
        return ""
    return (
        f"Too many people of {', '.join(names)} are not known: "
        "see People below, before the check refuses to publish."
    )


def _sources(out: Report, found: Standing, days: int, now: datetime) -> None:
    out.title("Sources")
    out.lines.append(f"{'source':<18}{'newest data':<13}{'landed':<13}{'lag':<11}late")
    for source in found.sources:
        lag = source.lag_days(now)
        words = {
            None: "not dated",
            0: "today",
            1: "1 day",
        }.get(lag, f"{lag} days")
        out.lines.append(
            f"{_cut(source.name, 17):<18}{_day(source.newest_at):<13}"
            f"{_day(source.landed_at):<13}{words:<11}"
            f"{_lateness(source, found, days, now)}".rstrip()
        )
    out.say(f"A source is late when its newest record is over {days} days old.")
    if found.is_sample:
        out.say("The organisation is invented, so that no source counts as late.")
    kept = [
        (source, row, lost_on)
        for source in found.sources
        for row, lost_on in source.deletions()
    ]
    if kept and not found.is_sample:
        out.title("Until vendors delete what has not landed")
        for source, row, lost_on in kept:
            left = (lost_on - now.date()).days
            when = f"{left} days left" if left >= 0 else f"being lost for {-left} days"
            basis = ", as assumed" if row["basis"] == "assumed" else ""
            out.say(
                f"{source.name}: {when} ({row['lost']}; kept {row['retention_days']} "
                f"days{basis})",
                "- ",
            )


def _lateness(source: Source, found: Standing, days: int, now: datetime) -> str:
    if source.is_ended:
        return "ended"
    if found.is_sample or source.newest_at is None:
        return ""
    return "LATE" if source.is_late(days, now) else "no"


def _day(at: datetime | None) -> str:
    return "not dated" if at is None else f"{at:%Y-%m-%d}"


def _cut(name: str, most: int) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"
