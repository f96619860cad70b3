"""What a programme is, how it runs and what it costs: tables beside its results."""

import duckdb
import polars as pl

from publishing.hiding import counts_where, state_where

FACTS = """
select
    programme_id,
    default_delivery_mode,
    hybrid_pattern,
    completion_rule,
    completion_class,
    audience,
    owner_role,
    horizon_days,
    is_mandatory,
    is_high_stakes
from warehouse.marts.dim_programmes
order by programme_id
"""

# What an organisation wrote about an exception is not published: a free text may name
# somebody.
MODES = """
select
    programme_id,
    default_delivery_mode as delivery_mode,
    reference_mode,
    reference_reason,
    is_aligned,
    has_exception,
    exception_review_on,
    reference_adopted_on,
    reference_adopted_by_role
from warehouse.marts.fct_programme_modes
order by programme_id
"""

BREAK_EVEN = """
with people as (
    select
        programme_id,
        delivery_mode,
        count(distinct learner_key) as learner_count,
        count(*) as enrolment_count
    from warehouse.marts.fct_enrolments
    group by programme_id, delivery_mode
)

select
    found.*,
    coalesce(people_a.learner_count, 0) as learner_count_a,
    coalesce(people_b.learner_count, 0) as learner_count_b,
    people_a.enrolment_count as enrolment_count_a,
    people_b.enrolment_count as enrolment_count_b,
    coverage.costed_programme_count,
    coverage.programme_count
from warehouse.marts.fct_break_even as found
left join people as people_a
    on
        found.programme_id = people_a.programme_id
        and found.mode_a = people_a.delivery_mode
left join people as people_b
    on
        found.programme_id = people_b.programme_id
        and found.mode_b = people_b.delivery_mode
left join warehouse.marts.fct_cost_coverage as coverage
    on found.currency = coverage.currency
order by found.programme_id, found.mode_a, found.mode_b
"""
AMOUNTS = (
    "fixed_amount_a",
    "fixed_amount_b",
    "per_person_amount_a",
    "per_person_amount_b",
    "break_even_enrolments",
)
SIGNIFICANT = 2  # figures: finer amounts per enrolment would give their count
COUNTS = ("enrolment_count_a", "enrolment_count_b")


def break_even(
    connection: duckdb.DuckDBPyConnection, programmes: pl.DataFrame, k: int
) -> pl.DataFrame:
    """Return pub.break_even.

    Args:
        connection: with the warehouse attached as `warehouse`.
        programmes: pub.programmes; where one is hidden, its costs are too.
        k: the smallest group that may be shown.

    Returns:
        One row per programme and pair of its delivery modes. Amounts have two
        significant figures and enrolments are to the nearest k; all are null where
        either mode has fewer than k people, or one of several modes of it has.
    """
    found = connection.sql(BREAK_EVEN).pl()
    shown = programmes.filter(pl.col("state") == "shown")["programme_id"]
    is_large = (pl.min_horizontal("learner_count_a", "learner_count_b") >= k).all()
    is_shown = is_large.over("programme_id") & pl.col("programme_id").is_in(
        shown.implode()
    )
    return found.with_columns(
        *[
            pl.when(is_shown).then(pl.col(name).round_sig_figs(SIGNIFICANT)).alias(name)
            for name in AMOUNTS
        ],
        *counts_where(is_shown, COUNTS, k),
        pl.when(is_shown).then("no_break_even_reason").alias("no_break_even_reason"),
        state_where(is_shown),
    ).drop("learner_count_a", "learner_count_b")
