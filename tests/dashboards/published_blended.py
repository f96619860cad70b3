"""Rows of the tables about blended designs."""

from datetime import date

from tests.dashboards.published_situations import END, Row, Situation


def blended(situation: Situation) -> dict[str, list[Row]]:
    """Two programmes of one pattern, one of none; nothing without blended cohorts."""
    if "hybrid" not in situation.modes:
        return {}
    year = {"period_start_date": date(2025, 4, 1), "period_end_date": END}
    empty = dict.fromkeys(
        ("reached_share", "lost_share", "gap_days_low", "gap_days_median")
    ) | {"gap_days_high": None, "enrolment_count": None}
    counted = [
        ("async", {"reached_share": 0.9, "lost_share": 0.1}),
        ("sync", {"reached_share": 0.75, "lost_share": 0.15} | _waits(5, 7, 9)),
        ("async", {"state": "as_before"}),
    ]
    shown = [
        empty
        | {"enrolment_count": 320, "state": "shown"}
        | numbers
        | {"step_no": number, "step_mode": mode}
        for number, (mode, numbers) in enumerate(counted, start=1)
    ]
    hidden = {"step_mode": "async", "step_no": 1, "state": "hidden"}
    rows = [empty | hidden] if situation.is_hidden else shown
    pattern = {
        "hybrid_pattern": "prework_live_followup",
        "sequence": "async" if situation.is_hidden else "async sync async",
    }
    seats = {"attended_share": None, "ci_low": None, "ci_high": None}
    rates = ((False, 50, 0.63), (True, 220, 0.93))
    return {
        "blended_programmes": [
            {
                "programme_id": programme_id,
                "hybrid_pattern": name,
                "cohort_count": 3,
                "has_live_evidence": True,
            }
            for programme_id, name in (
                ("P01", "prework_live_followup"),
                ("P02", "prework_live_followup"),
                ("P03", "unrecognised"),
            )
        ],
        "blended_steps": [pattern | year | row for row in rows],
        "programme_steps": [
            {"programme_id": "P01"} | pattern | year | row for row in rows
        ],
        "prework_attendance": [
            year
            | {"is_prepared": is_prepared}
            | (
                seats | {"seat_count": None, "state": "hidden"}
                if situation.is_hidden
                else {
                    "seat_count": count,
                    "attended_share": share,
                    "ci_low": share - 0.05,
                    "ci_high": share + 0.05,
                    "state": "shown",
                }
            )
            for is_prepared, count, share in rates
        ],
    }


def _waits(low: int, median: int, high: int) -> Row:
    return {"gap_days_low": low, "gap_days_median": median, "gap_days_high": high}
