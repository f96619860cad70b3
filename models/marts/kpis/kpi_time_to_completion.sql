{{ config(
    materialized='incremental',
    unique_key=['programme_id', 'cohort_id'],
    meta={'touched': 'touched_timings', 'hands_on': ['enrolment_id']},
) }}

with

enrolments as (
    select * from {{ ref('fct_enrolments') }}
    where completion_rate_denominator = 1 and clock_started_at is not null
    {{ only_touched('touched_timings', ['programme_id', 'cohort_id'], 'and') }}
),

cohorts as (
    select * from {{ ref('dim_cohorts') }}
),

-- Durations are unknown in a cohort where any completion date is imputed or missing.
dated_cohorts as (
    select
        programme_id,
        cohort_id
    from enrolments
    group by programme_id, cohort_id
    having
        sum(
            case
                when is_completed and (is_imputed or completed_at is null) then 1
                else 0
            end
        ) = 0
),

timed as (
    select
        enrolments.*,
        case
            when enrolments.completion_rate_numerator = 1
                then greatest({{ whole_days(
                    local_timestamp('enrolments.clock_started_at', 'cohorts.time_zone'),
                    local_timestamp('enrolments.completed_at', 'cohorts.time_zone')
                ) }}, 0)
        end as days_to_completion
    from enrolments
    inner join dated_cohorts
        on
            enrolments.programme_id = dated_cohorts.programme_id
            and enrolments.cohort_id = dated_cohorts.cohort_id
    inner join cohorts
        on
            enrolments.programme_id = cohorts.programme_id
            and enrolments.cohort_id = cohorts.cohort_id
)

select
    ---------- ids
    enrolment_id,
    learner_key,
    programme_id,
    cohort_id,
    ---------- strings
    delivery_mode,
    outcome_category,
    segment,
    business_unit,
    region,
    language,
    tenure_band,
    prior_completion_band,
    ---------- numerics
    cast(days_to_completion as bigint) as days_to_completion,
    ---------- dates
    matured_quarter_date,
    ---------- measures
    cast(least(coalesce(days_to_completion, horizon_days), horizon_days) as bigint)
        as time_to_completion_numerator,
    cast(1 as bigint) as time_to_completion_denominator
from timed
