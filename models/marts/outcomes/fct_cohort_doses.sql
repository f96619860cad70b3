{{ config(
    materialized='incremental',
    unique_key=['programme_id', 'cohort_id'],
    meta={'has_measures': true},
) }}

with

cohorts as (
    select * from {{ ref('dim_cohorts') }}
),

sessions as (
    select
        programme_id,
        cohort_id,
        count(*) as session_count,
        cast(sum({{ micros_of_seconds('session_seconds') }}) as bigint) as live_micros
    from {{ ref('fct_sessions') }}
    where has_attendance_evidence
    group by programme_id, cohort_id
),

enrolments as (
    select
        programme_id,
        cohort_id,
        count(*) as learner_count,
        sum(case when is_completed then 1 else 0 end) as completion_count,
        max(matured_at) as matured_at,
        min(case when is_matured then 1 else 0 end) = 1 as is_over
    from {{ ref('fct_enrolments') }}
    where not is_waived and exclusion_reason is null
    group by programme_id, cohort_id
),

hours as (
    select
        programme_id,
        cohort_id,
        {{ exact_sum(
            "case when kind not in ('administration', 'content') then hours end"
        ) }} as facilitator_hours,
        {{ exact_sum("case when kind = 'administration' then hours end") }}
            as administration_hours,
        {{ exact_sum("case when kind = 'content' then hours end") }} as content_hours
    from {{ ref('stg_organisation__facilitator_hours') }}
    where cohort_id is not null
    group by programme_id, cohort_id
)

select
    ---------- ids
    cohorts.programme_id,
    cohorts.cohort_id,
    ---------- strings
    cohorts.delivery_mode,
    cohorts.outcome_category,
    cast(null as {{ dbt.type_string() }}) as business_unit,
    cast(null as {{ dbt.type_string() }}) as region,
    ---------- numerics
    cast(coalesce(enrolments.learner_count, 0) as bigint) as audience_count,
    cast(sessions.session_count as bigint) as session_count,
    {{ hours_of_micros('sessions.live_micros') }} as live_hours,
    {{ hours_of_micros('sessions.live_micros') }}
    / cast(sessions.session_count as double) as hours_per_session,
    hours.facilitator_hours,
    hours.administration_hours,
    hours.content_hours,
    ---------- dates
    {{ fiscal_quarter_start('enrolments.matured_at') }} as matured_quarter_date,
    ---------- measures, null where the cohort is not over, or no hours are recorded
    case when enrolments.is_over then hours.facilitator_hours end
        as facilitator_hours_per_completion_numerator,
    cast(
        case
            when enrolments.is_over and hours.facilitator_hours is not null
                then enrolments.completion_count
        end as bigint
    ) as facilitator_hours_per_completion_denominator,
    cast(
        case
            when enrolments.is_over and hours.facilitator_hours is not null
                then enrolments.learner_count
        end as bigint
    ) as learners_per_facilitator_hour_numerator,
    case when enrolments.is_over then hours.facilitator_hours end
        as learners_per_facilitator_hour_denominator,
    case when enrolments.is_over then hours.administration_hours end
        as administration_hours_per_completion_numerator,
    cast(
        case
            when enrolments.is_over and hours.administration_hours is not null
                then enrolments.completion_count
        end as bigint
    ) as administration_hours_per_completion_denominator,
    case when enrolments.is_over then hours.content_hours end
        as content_hours_per_completion_numerator,
    cast(
        case
            when enrolments.is_over and hours.content_hours is not null
                then enrolments.completion_count
        end as bigint
    ) as content_hours_per_completion_denominator
from cohorts
left join sessions
    on
        cohorts.programme_id = sessions.programme_id
        and cohorts.cohort_id = sessions.cohort_id
left join enrolments
    on
        cohorts.programme_id = enrolments.programme_id
        and cohorts.cohort_id = enrolments.cohort_id
left join hours
    on
        cohorts.programme_id = hours.programme_id
        and cohorts.cohort_id = hours.cohort_id
