"""Notices about clear changes in the newest window: of modes, and of programmes."""

import json
from collections.abc import Mapping
from typing import Any

from tandem.core.wording import ENGLISH, Words, plural_key, render_words
from tandem.notices.notice import (
    INFORMATION,
    MODE_CHANGE,
    PROGRAMME_CHANGE,
    WARNING,
    Notice,
)
from tandem.notices.published import Published

Row = Mapping[str, Any]
BETTER = {"higher_better": 1, "lower_better": -1}


def mode_changes(found: Published) -> list[Notice]:
    """Return the differences between modes that became clear in the newest window."""
    return [
        _mode_change(row, found) for row in found.mode_changes.iter_rows(named=True)
    ]


def _mode_change(row: Row, found: Published) -> Notice:
    end = row["period_end_date"]
    subject = ":".join(
        row[name] for name in ("kpi_id", "outcome_category", "mode_a", "mode_b")
    )
    modes = {name: Words(f"mode.{row[name]}") for name in ("mode_a", "mode_b")}
    period = {"period": found.periods.get(end) or end.isoformat()}
    return Notice(
        MODE_CHANGE,
        subject,
        end.isoformat(),
        INFORMATION,
        Words("notice.mode_change.title", modes),
        (Words("notice.mode_change.period", period), *_verdict(row)),
    )


def _verdict(row: Row) -> tuple[Words, ...]:
    """Return the sentences of a comparison; as published where no words were kept."""
    plain = (Words("notice.plain", {"words": row["sentence"]}),)
    if not row.get("wording"):
        return plain
    kept = tuple(map(Words.of_json, json.loads(row["wording"])["sentence"]))
    try:
        for part in kept:
            render_words(part, ENGLISH)
    except KeyError:  # published with the wording of another version
        return plain
    return kept


def programme_changes(found: Published) -> list[Notice]:
    """Return the programmes of which a KPI fell or rose in the newest year."""
    return [
        _programme_change(row) for row in found.programme_changes.iter_rows(named=True)
    ]


def _programme_change(row: Row) -> Notice:
    name = row["kpi_name"] or row["kpi_id"]
    subject = {
        "programme": row["programme_name"] or row["programme_id"],
        "kpi": Words(f"kpi.{row['kpi_id']}.name", {}, name[:1].lower() + name[1:]),
    }
    rose = row["change_state"] == "rose"
    way = BETTER.get(row["direction"], 0) * (1 if rose else -1)
    tone = {1: "better", -1: "worse"}.get(way, "higher" if rose else "lower")
    low, high = row["ci_low"], row["ci_high"]
    if not rose:
        low, high = -high, -low
    is_share = row["unit"] == "share"
    form = "share" if is_share else "other"
    return Notice(
        PROGRAMME_CHANGE,
        f"{row['kpi_id']}:{row['programme_id']}",
        f"{row['period_end_date'].isoformat()}:{row['change_state']}",
        WARNING if way < 0 else INFORMATION,
        Words(f"notice.programme_change.{tone}", subject),
        (
            Words(
                f"notice.programme_change.{form}",
                {
                    "period": row["period_label"],
                    "now": _level(row["value"], row["unit"]),
                    "then": _level(row["value_before"], row["unit"]),
                },
            ),
            *_people(row),
            Words(
                "notice.programme_change.range",
                {
                    "same": Words(f"same.{row['standardised_to']}"),
                    "low": _bare(low, is_share),
                    "high": _size(high, row["unit"]),
                    "way": Words(f"notice.way.{'higher' if rose else 'lower'}"),
                },
            ),
        ),
    )


def _people(row: Row) -> tuple[Words, ...]:
    """Return whom a KPI counts, in a sentence; none where the registry says nothing."""
    if not row["population_words"]:
        return ()
    people = Words(f"kpi.{row['kpi_id']}.population", {}, row["population_words"])
    return (Words("notice.programme_change.people", {"people": people}),)


def _level(value: float, unit: str) -> object:
    """Return a value: a share as a number of 100, another one with its unit."""
    return round(100 * value) if unit == "share" else _size(value, unit)


def _bare(value: float, is_share: bool) -> str:
    return f"{100 * value:.0f}" if is_share else f"{value:.1f}"


def _size(value: float, unit: str) -> Words | str:
    number = _bare(value, unit == "share")
    known = {"share": "share_points", "days": "days", "hours": "hours"}
    if unit not in known:
        return number
    return Words(plural_key(f"unit.{known[unit]}", float(number)), {"number": number})
