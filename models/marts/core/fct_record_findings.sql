{{ config(
    materialized='incremental',
    unique_key='finding',
) }}

with

enrolments as (
    select * from {{ ref('fct_enrolments') }}
),

learners as (
    select
        learner_key,
        count(*) as enrolment_count
    from enrolments
    group by learner_key
),

-- What a learner handed in, or was given a score for, once for each task.
results as (
    select
        learner_key,
        object_id,
        max(case when is_banked then 1 else 0 end) as is_carried_over,
        max(case when score_scaled is null and score_raw is null then 0 else 1 end)
            as is_scored
    from {{ ref('int_statements_bound_to_programmes') }}
    where verb in ('scored', 'submitted')
    group by learner_key, object_id
),

counted as (
    select
        'withdrawn_undated' as finding,
        sum(case when is_withdrawn and withdrawn_at is null then 1 else 0 end)
            as record_count,
        sum(case when is_withdrawn then 1 else 0 end) as total_count
    from enrolments
    union all
    select
        'withdrawal_of_others' as finding,
        sum(case when not is_withdrawn and withdrawn_at is not null then 1 else 0 end)
            as record_count,
        sum(case when is_withdrawn then 0 else 1 end) as total_count
    from enrolments
    union all
    select
        'enrolment_undated' as finding,
        sum(
            case when coalesce(clock_started_at, enrolled_at) is null then 1 else 0 end
        ) as record_count,
        count(*) as total_count
    from enrolments
    union all
    select
        'enrolment_dated_by_cohort' as finding,
        sum(
            case
                when enrolled_at is null and clock_started_at is not null then 1
                else 0
            end
        ) as record_count,
        count(*) as total_count
    from enrolments
    union all
    select
        'earlier_attempts' as finding,
        sum(case when previous_attempts > 0 then 1 else 0 end) as record_count,
        count(*) as total_count
    from enrolments
    union all
    select
        'several_enrolments' as finding,
        sum(case when enrolment_count > 1 then 1 else 0 end) as record_count,
        count(*) as total_count
    from learners
    union all
    select
        'result_unscored' as finding,
        sum(1 - is_scored) as record_count,
        count(*) as total_count
    from results
    union all
    select
        'result_carried_over' as finding,
        sum(is_carried_over) as record_count,
        count(*) as total_count
    from results
)

select
    ---------- strings
    finding,
    ---------- numerics
    cast(coalesce(record_count, 0) as bigint) as record_count,
    cast(coalesce(total_count, 0) as bigint) as total_count,
    cast(record_count as double) / cast(nullif(total_count, 0) as double)
        as record_share
from counted
