"""Rows of the tables of numbers: cells, the steps to their base, and curves."""

from datetime import date
from math import sqrt

from tests.dashboards.published_situations import (
    CATEGORIES,
    EARLIER,
    END,
    HIDDEN,
    LABELS,
    RATES,
    SIZES,
    Row,
    Situation,
)

CUBES = {
    "all": (),
    "mode": ("delivery_mode",),
    "category": ("outcome_category",),
    "mode_category": ("delivery_mode", "outcome_category"),
    "programme": ("programme_id",),
    "business_unit": ("business_unit",),
    "business_unit_category": ("business_unit", "outcome_category"),
    "region": ("region",),
}
LENGTHS = {"business_unit_category": (4, 8)}  # as cubes.toml has them
VALUES = {
    "outcome_category": tuple(CATEGORIES),
    "programme_id": ("P01", "P02", "P03", "P04"),
    "business_unit": ("Operations", "Sales"),
    "region": ("North", "South"),
}


def waterfall(situation: Situation) -> list[Row]:
    """How the base of the headline came about; hidden where its value is."""
    steps = [("all", 9100), ("waived", 0), ("immature", 200), ("other", None)]
    return [
        {
            "kpi_id": "completion_rate",
            "trailing_quarters": quarters,
            "period_label": LABELS[END],
            "period_end_date": END,
            "step": step,
            "step_no": number,
            "row_count": count,
            "state": "hidden" if count is None else "shown",
        }
        for quarters in (1, 4, 8)
        for number, (step, count) in enumerate([*steps, ("base", 8900)], start=1)
        if not situation.is_hidden
    ]


def cells(situation: Situation) -> list[Row]:
    """Cells of every cube, window and KPI, in the reviewed window and before it."""
    rows = []
    for cube, dimensions in CUBES.items():
        for place in _places(dimensions, situation.modes):
            for quarters in LENGTHS.get(cube, (1, 4, 8)):
                for end in (END, EARLIER[quarters]):
                    for kpi_id in ("completion_rate", "pass_rate", *OTHER_KPIS):
                        key = (cube, kpi_id, quarters, end)
                        rows.append(_cell(situation, key, place))
    return rows


# KPIs without a range, whose values do not depend on the place.
OTHER_KPIS = {"time_to_completion": {"value": 31.0, "numerator": None}}


def _places(dimensions: tuple[str, ...], modes: tuple[str, ...]) -> list[Row]:
    places: list[Row] = [{}]
    for name in dimensions:
        values = modes if name == "delivery_mode" else VALUES[name]
        places = [place | {name: value} for place in places for value in values]
    return places


def _cell(situation: Situation, key: tuple[str, str, int, date], place: Row) -> Row:
    cube, kpi_id, quarters, end = key
    mode = place.get("delivery_mode", "all")
    of_mode = [mode] if mode != "all" else situation.modes
    share = 0.12 * quarters / 4 if len(place) - (mode != "all") else quarters / 4
    people = int(sum(SIZES[m] for m in of_mode) * share)
    rate = sum(RATES[m] * SIZES[m] for m in of_mode) / sum(SIZES[m] for m in of_mode)
    rate += (0.08 if kpi_id == "pass_rate" else 0.0) - (0.03 if end != END else 0.0)
    is_small = place.get("delivery_mode") == "hybrid" and (
        place.get("outcome_category") == "compliance" or situation.is_hidden
    )
    is_shown = not (is_small or (situation.is_hidden and cube == "all"))
    numbers = _numbers(rate, people) if is_shown else {}
    if is_shown and kpi_id in OTHER_KPIS:
        numbers |= OTHER_KPIS[kpi_id] | {"ci_low": None, "ci_high": None}
        numbers["value"] += 2.5 if end == END else 0.0
    empty = dict.fromkeys(_numbers(0.5, 100))
    return {
        "cube": cube,
        "kpi_id": kpi_id,
        "period_label": LABELS[end],
        "period_start_date": date(2025, 4, 1),
        "period_end_date": end,
        "trailing_quarters": quarters,
        "delivery_mode": mode,
        **{name: place.get(name, "all") for name in VALUES},
        **(empty | numbers),
        "state": "shown" if is_shown else "hidden",
        "state_detail": None if is_shown else HIDDEN,
    }


def _numbers(rate: float, people: int) -> Row:
    z = 1.96
    spread = z * sqrt(rate * (1 - rate) / people)
    return {
        "numerator": float(round(rate * people)),
        "denominator": float(people),
        "value": rate,
        "ci_low": max(rate - spread, 0.0),
        "ci_high": min(rate + spread, 1.0),
        "learner_count": round(0.9 * people),
    }


def _point_of_programme(day: int, situation: Situation) -> Row:
    """Return a point of the curve of the first programme, where half finish by 80."""
    place = {
        "clock": "completion",
        "delivery_mode": "all",
        "outcome_category": "all",
        "programme_id": "P01",
        "day": day,
    }
    names = ("finished_share", "ci_low", "ci_high", "at_risk")
    if situation.is_hidden:
        return place | dict.fromkeys(names) | {"state": "hidden"}
    share = day / 160
    numbers = (share, share - 0.02, share + 0.02, 400 - 3 * day)
    return place | dict(zip(names, numbers, strict=True)) | {"state": "shown"}


def curves(situation: Situation) -> list[Row]:
    rows = [_point_of_programme(day, situation) for day in range(10, 121, 10)]
    for category in ("all", *CATEGORIES):
        for mode in ("all", *situation.modes):
            height = RATES.get(mode, 0.66)
            slow = {"sync": 30, "async": 60, "hybrid": 45}.get(mode, 50)
            for day in range(10, 121, 10):
                share = height * min(1.0, (day / (2 * slow)) ** 0.8)
                rows.append(
                    {
                        "clock": "completion",
                        "delivery_mode": mode,
                        "outcome_category": category,
                        "programme_id": "all",
                        "day": day,
                        "finished_share": share,
                        "ci_low": share - 0.02,
                        "ci_high": share + 0.02,
                        "at_risk": 4000 - 30 * day,
                        "state": "shown",
                    }
                )
    return rows
