"""The steps of a KPI for one cohort or business unit, counted from the analysts' file.

The mart of steps has no row for them, so that the rows of the KPI's own fact are
counted, with the reasons that models give (macros/waterfall.sql).
"""

from typing import Any

import duckdb

from tandem.core.corrections import NO_CATEGORY
from tandem.core.errors import WrongUse

Row = dict[str, Any]
STEPS = (
    *("all", "waived", "excluded", "immature", "left", "unmatched", "outside"),
    *("base", "value"),
)
ATTENDANCES = "fct_session_attendances"
IMMATURE = {
    "due_quarter_date": "when facts.due_at > known.as_of then 'immature'",
    "matured_quarter_date": (
        "when not (terms.is_matured and terms.is_activity_known) then 'immature'"
    ),
}
REASON = """
case
    when terms.is_waived then 'waived'
    when terms.is_excluded then 'excluded'
    {immature}
    when terms.left_at is not null or terms.status = 'transferred' then 'left'
    when not terms.has_activity_evidence then 'unmatched'
    else 'outside'
end
"""
REASON_OF_ATTENDANCE = """
case
    when terms.is_waived then 'waived'
    when facts.is_excluded then 'excluded'
    when terms.is_withdrawn or terms.left_at is not null then 'left'
    when not facts.is_matched or facts.attendance_status = 'unknown' then 'unmatched'
    else 'outside'
end
"""
HAS_STEPS = """
select count(*) from persons.marts.fct_kpi_waterfall where kpi_id = $kpi
"""
COUNTED = """
select
    case when facts.{base} is null then {reason} else 'base' end as step,
    count(*) as row_count,
    count(*) filter (facts.{value} <> 0) as value_count
from persons.marts.{fact} as facts
left join persons.marts.dim_programmes as known
    on facts.programme_id = known.programme_id
left join persons.marts.fct_enrolments as terms
    on facts.enrolment_id = terms.enrolment_id
where
    facts.{anchor} between $first and $last
    and coalesce($programme, facts.programme_id) = facts.programme_id
    and coalesce(facts.outcome_category, '{no_category}')
    = coalesce($category, facts.outcome_category, '{no_category}')
    and ($mode is null or facts.delivery_mode = $mode)
    and ($cohort is null or facts.cohort_id = $cohort)
    and ($unit is null or facts.business_unit = $unit)
group by all
"""


def counted_steps(
    connection: duckdb.DuckDBPyConnection, kpi: Row, given: Row
) -> tuple[tuple[str, int], ...]:
    """Return the steps and how many rows each has.

    Args:
        connection: with the analysts' file as `persons`.
        kpi: its row of pub.kpis.
        given: first, last, programme, category, mode, cohort and unit; None for all.

    Raises:
        WrongUse: the KPI has no steps.
    """
    ((count,),) = connection.sql(HAS_STEPS, params={"kpi": kpi["kpi_id"]}).fetchall()
    if not count:
        raise WrongUse(
            "no steps are computed for this KPI",
            kpi["kpi_id"],
            "leave --cohort and --unit out to see its published value",
        )
    fact, anchor = kpi["source_fact"], kpi["anchor"]
    reason = (
        REASON_OF_ATTENDANCE
        if fact == ATTENDANCES
        else REASON.format(immature=IMMATURE.get(anchor, ""))
    )
    query = COUNTED.format(
        base=kpi["denominator_column"],
        value=kpi["numerator_column"],
        reason=reason,
        fact=fact,
        anchor=anchor,
        no_category=NO_CATEGORY,
    )
    narrowed = {name: one for name, one in given.items() if name != "kpi"}
    rows = connection.sql(query, params=narrowed).fetchall()
    found = {step: row_count for step, row_count, _value_count in rows}
    found["all"] = sum(found.values())
    found["value"] = sum(value_count for _step, _row_count, value_count in rows)
    return tuple((step, found.get(step, 0)) for step in STEPS)
