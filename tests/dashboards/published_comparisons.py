"""Rows of the comparisons of modes, with every verdict."""

from datetime import date

from tests.dashboards.published_situations import CATEGORIES, END, Row, Situation


def comparisons(situation: Situation) -> list[Row]:
    """Every verdict at least once, and a reversed direction in `leadership`."""
    if len(situation.modes) == 1:
        return [
            _refused(kpi_id, category, quarters, (situation.modes[0], None), "")
            for kpi_id in ("completion_rate", "pass_rate")
            for category in ("all", *CATEGORIES)
            for quarters in (1, 4, 8)
        ]
    found = [
        ("all", "sync", "async", "ok_restricted", 0.05, 0.02),
        ("all", "sync", "hybrid", "no_detectable_difference", -0.02, 0.05),
        ("all", "hybrid", "async", "difference", 0.08, 0.03),
        ("leadership", "sync", "async", "difference", 0.11, 0.04),
        ("leadership", "sync", "hybrid", "equivalent_within_margin", 0.005, 0.015),
        ("leadership", "hybrid", "async", "difference", 0.09, 0.04),
        ("complex_skill", "sync", "async", "no_detectable_difference", 0.02, 0.06),
        ("complex_skill", "sync", "hybrid", "difference", -0.07, 0.03),
        ("skill_drilling", "sync", "async", "depends_on_unmatched", 0.06, 0.04),
        ("skill_drilling", "hybrid", "async", "no_detectable_difference", 0.01, 0.09),
    ]
    refused = [
        ("complex_skill", ("hybrid", "async"), "insufficient_programmes"),
        ("compliance", ("sync", "async"), "not_comparable_no_overlap"),
        ("compliance", ("sync", "hybrid"), "suppressed"),
        ("compliance", ("hybrid", "async"), "not_comparable_definition"),
        ("skill_drilling", ("sync", "hybrid"), "immature"),
    ]
    rows = []
    for kpi_id in ("completion_rate", "pass_rate"):
        for quarters in (1, 4, 8):
            rows += [_estimated(kpi_id, quarters, row) for row in found]
            rows += [_refused(kpi_id, row[0], quarters, *row[1:]) for row in refused]
    return rows


STATES = {
    "difference": "clear_difference",
    "ok_restricted": "with_care",
    "depends_on_unmatched": "with_care",
    "equivalent_within_margin": "too_small_to_matter",
    "no_detectable_difference": "no_clear_difference",
    "immature": "still_running",
    "suppressed": "hidden",
}


def _estimated(
    kpi_id: str, quarters: int, found: tuple[str, str, str, str, float, float]
) -> Row:
    category, mode_a, mode_b, verdict, difference, half = found
    is_flip = category == "leadership" and (mode_a, mode_b) == ("sync", "async")
    bare = _refused(kpi_id, category, quarters, (mode_a, mode_b), verdict)
    return bare | {
        "crude_difference": -0.04 if is_flip else difference + 0.03,
        "adjusted_difference": difference,
        "ci_low": difference - half,
        "ci_high": difference + half,
        "minimum_detectable_difference": 2 * half,
        "overlap_share": 0.91,
        "effective_sample_share": 0.8,
        "largest_smd": 0.05,
        "verdict_change": "repeated",
        "evidence_strength": "moderate",
        "held_equal": "segment, region",
        "left_out_count": 120,
        "is_direction_flipped": is_flip,
        "sentence": f"{category}: {mode_a} against {mode_b}, {verdict}.",
        "method_note": "Programmes against programmes inside their category.",
    }


def _refused(
    kpi_id: str,
    category: str,
    quarters: int,
    pair: tuple[str, str | None],
    verdict: str,
) -> Row:
    verdict = verdict or "not_comparable_no_overlap"
    is_hidden = verdict == "suppressed"
    counts = {
        f"{name}_{side}": None if is_hidden or (side == "b" and not pair[1]) else count
        for name, count in (
            ("learner_count", 640),
            ("cohort_count", 12),
            ("programme_count", 3),
        )
        for side in ("a", "b")
    }
    return {
        "kpi_id": kpi_id,
        "outcome_category": category,
        "period_start_date": date(2025, 4, 1),
        "period_end_date": END,
        "trailing_quarters": quarters,
        "mode_a": pair[0],
        "mode_b": pair[1],
        **counts,
        "crude_difference": None,
        "adjusted_difference": None,
        "ci_low": None,
        "ci_high": None,
        "minimum_detectable_difference": None,
        "overlap_share": None,
        "effective_sample_share": None,
        "largest_smd": None,
        "verdict": verdict,
        "verdict_change": None,
        "evidence_strength": None if is_hidden else "none",
        "held_equal": None,
        "left_out_count": None,
        "is_direction_flipped": False,
        "sentence": f"{category}: {verdict}.",
        "method_note": "No difference was calculated.",
        "state": STATES.get(verdict, "cannot_compare"),
    }
