"""The steps of a KPI for one cohort or business unit, counted from the analysts' file.

The mart of steps has no row for them, so that the rows of the KPI's own fact are
counted, with the reasons that models give: their macro is the one home of these.
"""

from typing import Any

import duckdb
from jinja2 import Environment

from tandem.core.corrections import NO_CATEGORY
from tandem.core.errors import WrongUse
from tandem.core.files import project_root

Row = dict[str, Any]
STEPS = (
    *("all", "waived", "excluded", "immature", "left", "unmatched", "outside"),
    *("base", "value"),
)
HAS_STEPS = """
select count(*) from persons.marts.fct_kpi_waterfall where kpi_id = $kpi
"""
COUNTED = """
select
    case when facts.{base} is null then {reason} else 'base' end as step,
    count(*) as row_count,
    count(*) filter (facts.{value} <> 0) as value_count
from persons.marts.{fact} as facts
left join persons.marts.dim_programmes as known_until
    on facts.programme_id = known_until.programme_id
left join persons.marts.fct_enrolments as of_enrolments
    on facts.enrolment_id = of_enrolments.enrolment_id
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


def waterfall_reason(fact: str, anchor: str) -> str:
    """Return the SQL of the reason that a row is in no base, as the models have it.

    Args:
        fact: of the KPI.
        anchor: the column that dates its rows.
    """
    macros = project_root() / "macros" / "waterfall.sql"
    # It is SQL of our own, not text of a page: nothing is escaped.
    environment = Environment(extensions=["jinja2.ext.do"], autoescape=False)
    template = environment.from_string(macros.read_text(encoding="utf-8"))
    return str(getattr(template.module, waterfall_reason.__name__)(fact, anchor))


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
    query = COUNTED.format(
        base=kpi["denominator_column"],
        value=kpi["numerator_column"],
        reason=waterfall_reason(fact, anchor),
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
