"""From the completion rate that a learning platform reports to the one published here.

Both count people who finished, of people enrolled, but not the same ones. Each step
leaves rows out that the definition leaves out, and says how many of them had finished.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from tandem.core.errors import WrongUse
from tandem.core.explaining import check, opened
from tandem.core.files import Home
from tandem.core.seeds import seed_rows

Row = dict[str, Any]

# The reasons of the steps of a KPI (macros/waterfall.sql), in their order.
STEPS = """
select
    case
        when {base} is not null then 'base'
        when is_waived then 'waived'
        when is_excluded then 'excluded'
        when not (is_matured and is_activity_known) then 'immature'
        when left_at is not null or status = 'transferred' then 'left'
        when not has_activity_evidence then 'unmatched'
        else 'outside'
    end as step,
    count(*) as row_count,
    count(*) filter (is_completed) as finished_count,
    coalesce(sum({value}) filter ({base} is not null), 0)::bigint as value_count,
from persons.marts.fct_enrolments
where
    ($programmes::varchar[] is null or list_contains($programmes, programme_id))
    and ($first is null or {anchor} between $first and $last)
group by all
"""
PROGRAMMES = "select programme_id from file.pub.programmes"
WINDOW = """
select distinct period_start_date, period_end_date from file.pub.kpi_cells
where kpi_id = $kpi and cube = 'all' and trailing_quarters = 1 and period_label = $label
"""
LEFT_OUT = ("waived", "excluded", "immature", "left", "unmatched", "outside")


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes:
        step: `lms`, `not_explained`, `all`, a reason, `base`, `late` or `value`.
        row_count: enrolments that the step leaves out; of `all` and `base` that there
            are; None where it is not known.
        finished_count: of these, how many finished.
        rate: share that finished after the step; None without a base.
    """

    step: str
    row_count: int | None
    finished_count: int | None
    rate: float | None


def reconcile(
    home: Home, lms_rate: float | None, programmes: list[str], quarter: str
) -> list[Step]:
    """Return the steps from a platform's rate to the headline KPI.

    Args:
        home: with the analysts' file of its current snapshot.
        lms_rate: what the platform reports, 0 to 1; None leaves that step out.
        programmes: of these; [] for all.
        quarter: of enrolments whose time was over in it; "" for all.

    Raises:
        WarehouseProblem: nothing is published, or another version published it.
        WrongUse: the rate, programme or quarter is not one, or there is no such file.
    """
    if lms_rate is not None and not 0 <= lms_rate <= 1:
        raise WrongUse(f"{lms_rate:g} is no share", "--lms-rate", "write 92 % as 0.92")
    kpi = next(row for row in seed_rows("kpis") if row["is_headline"] == "true")
    with opened(home, with_persons=True) as (connection, has_persons):
        if not has_persons:
            raise WrongUse(
                "single enrolments are not in what is published here",
                "--lms-rate",
                "an agreement with a works council forbids it: see tandem explain",
            )
        known = [one for (one,) in connection.sql(PROGRAMMES).fetchall()]
        for programme in programmes:
            check(programme, known, "--programme", "programme")
        first: date | None = None
        last: date | None = None
        if quarter:
            asked = {"kpi": kpi["kpi_id"], "label": quarter}
            windows = connection.sql(WINDOW, params=asked).fetchall()
            if not windows:
                raise WrongUse(
                    f"there is no quarter {quarter!r}", "--quarter", "such as 2026-Q2"
                )
            first, last = windows[0]
        query = STEPS.format(
            base=kpi["denominator_column"],
            value=kpi["numerator_column"],
            anchor=kpi["anchor"],
        )
        found = {"programmes": programmes or None, "first": first, "last": last}
        rows = connection.sql(query, params=found).pl().to_dicts()
    return _steps(lms_rate, {row["step"]: row for row in rows})


def _steps(lms_rate: float | None, found: dict[str, Row]) -> list[Step]:
    count = sum(row["row_count"] for row in found.values())
    finished = sum(row["finished_count"] for row in found.values())
    steps = [] if lms_rate is None else [Step("lms", None, None, lms_rate)]
    steps.append(Step("all", count, finished, rate(finished, count)))
    for name in LEFT_OUT:
        row = found.get(name, {"row_count": 0, "finished_count": 0})
        count -= row["row_count"]
        finished -= row["finished_count"]
        left = (row["row_count"], row["finished_count"])
        steps.append(Step(name, *left, rate(finished, count)))
    base = found.get("base", {"value_count": 0})
    steps.append(Step("base", count, finished, rate(finished, count)))
    late = finished - base["value_count"]
    steps.append(Step("late", 0, late, rate(base["value_count"], count)))
    steps.append(
        Step("value", count, base["value_count"], rate(base["value_count"], count))
    )
    return steps


def rate(finished: int, count: int) -> float | None:
    """Return the share that finished, None without a base."""
    return finished / count if count else None
