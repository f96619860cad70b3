with

designs as (
    select * from {{ ref('fct_enrolment_designs') }}
    where
        sequence_completion_denominator = 1
),

cohorts as (
    select
        programme_id,
        cohort_id,
        min(outcome_category) as outcome_category,
        count(*) as rated_count
    from designs
    group by programme_id, cohort_id
),

answers as (
    select true as is_done
    union all
    select false as is_done
),

-- A combination that nobody shows is one of the map too.
combinations as (
    select
        prepared.is_done as is_prepared,
        live.is_done as is_live,
        followed_up.is_done as is_followed_up
    from answers as prepared
    cross join answers as live
    cross join answers as followed_up
),

counted as (
    select
        programme_id,
        cohort_id,
        is_prepared,
        is_live,
        is_followed_up,
        count(*) as enrolment_count,
        count(distinct learner_key) as learner_count
    from designs
    group by programme_id, cohort_id, is_prepared, is_live, is_followed_up
)

select
    ---------- ids
    cohorts.programme_id,
    cohorts.cohort_id,
    ---------- strings
    cohorts.outcome_category,
    ---------- numerics
    coalesce(counted.enrolment_count, 0) as enrolment_count,
    coalesce(counted.learner_count, 0) as learner_count,
    cohorts.rated_count,
    ---------- booleans
    combinations.is_prepared,
    combinations.is_live,
    combinations.is_followed_up
from cohorts
cross join combinations
left join counted
    on
        cohorts.programme_id = counted.programme_id
        and cohorts.cohort_id = counted.cohort_id
        and combinations.is_prepared = counted.is_prepared
        and combinations.is_live = counted.is_live
        and combinations.is_followed_up = counted.is_followed_up
