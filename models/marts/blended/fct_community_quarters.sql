{{ config(
    materialized='incremental',
    unique_key=['enrolment_id', 'activity_quarter_date'],
    meta={
        'hands_on': ['programme_id', 'cohort_id'],
        'has_measures': true,
    },
) }}

with

enrolments as (
    select * from {{ ref('fct_enrolments') }}
    where delivery_mode = 'hybrid' and exclusion_reason is null
),

programmes as (
    select * from {{ ref('dim_programmes') }}
    where hybrid_pattern = 'micro_community'
),

learner_days as (
    select * from {{ ref('fct_learner_days') }}
    where event_count > 0
),

attendances as (
    select * from {{ ref('fct_session_attendances') }}
    where attendance_status = 'attended'
),

posts as (
    select * from {{ ref('int_reference_uses') }}
    where role = 'community' and is_contribution
),

active_quarters as (
    select
        enrolments.enrolment_id,
        {{ fiscal_quarter_of_day('learner_days.active_date') }}
            as activity_quarter_date,
        count(*) as active_day_count
    from enrolments
    inner join programmes on enrolments.programme_id = programmes.programme_id
    inner join learner_days on enrolments.enrolment_id = learner_days.enrolment_id
    group by
        enrolments.enrolment_id,
        {{ fiscal_quarter_of_day('learner_days.active_date') }}
),

participations as (
    select
        enrolment_id,
        session_quarter_date as activity_quarter_date,
        1 as session_count,
        0 as post_count
    from attendances
    union all
    select
        enrolment_id,
        {{ fiscal_quarter_start('used_at') }} as activity_quarter_date,
        0 as session_count,
        1 as post_count
    from posts
),

summed as (
    select
        enrolment_id,
        activity_quarter_date,
        sum(session_count) as session_count,
        sum(post_count) as post_count
    from participations
    group by enrolment_id, activity_quarter_date
),

described as (
    select
        enrolments.*,
        active_quarters.activity_quarter_date,
        active_quarters.active_day_count,
        coalesce(summed.session_count, 0) as session_count,
        coalesce(summed.post_count, 0) as post_count,
        coalesce(
            active_quarters.activity_quarter_date
            < {{ fiscal_quarter_start('programmes.activity_as_of') }},
            false
        ) as is_over
    from active_quarters
    inner join enrolments on active_quarters.enrolment_id = enrolments.enrolment_id
    inner join programmes on enrolments.programme_id = programmes.programme_id
    left join summed
        on
            active_quarters.enrolment_id = summed.enrolment_id
            and active_quarters.activity_quarter_date = summed.activity_quarter_date
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
    business_unit,
    region,
    ---------- numerics
    active_day_count,
    cast(session_count as bigint) as session_count,
    cast(post_count as bigint) as post_count,
    ---------- dates
    activity_quarter_date,
    ---------- measures
    {{ measure('community_participation', 'is_over',
               'session_count > 0 or post_count > 0') }}
from described
