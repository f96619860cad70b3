{{ config(
    materialized='incremental',
    unique_key='session_id',
    meta={'hands_on': ['programme_id', 'cohort_id'], 'has_measures': true},
) }}

with

attendances as (
    select * from {{ ref('fct_session_attendances') }}
    where
        attendance_status <> 'excluded'
        and (first_joined_at is not null or attended_seconds > 0)
),

rejoins as (
    select * from {{ ref('int_session_rejoins') }}
),

interactions as (
    select
        session_id,
        learner_key,
        count(*) as interaction_count
    from {{ ref('fct_live_interactions') }}
    where not is_by_teacher
    group by session_id, learner_key
),

-- Where nobody used a tool, it may not have been offered.
sessions_with_tools as (
    select distinct session_id from interactions
),

described as (
    select
        attendances.*,
        rejoins.rejoin_count,
        case
            when sessions_with_tools.session_id is not null
                then coalesce(interactions.interaction_count, 0)
        end as interaction_count
    from attendances
    left join rejoins
        on
            attendances.session_id = rejoins.session_id
            and attendances.learner_key = rejoins.learner_key
    left join interactions
        on
            attendances.session_id = interactions.session_id
            and attendances.learner_key = interactions.learner_key
    left join sessions_with_tools
        on attendances.session_id = sessions_with_tools.session_id
)

select
    ---------- ids
    session_id,
    learner_key,
    enrolment_id,
    programme_id,
    cohort_id,
    ---------- strings
    delivery_mode,
    outcome_category,
    business_unit,
    region,
    ---------- numerics
    rejoin_count,
    cast(interaction_count as bigint) as interaction_count,
    ---------- dates
    session_quarter_date,
    ---------- measures, null where the attendance is not in the base
    {{ measure(
        'participation_rate',
        "attendance_status = 'attended' and interaction_count is not null",
        'interaction_count > 0'
    ) }},
    case when attended_seconds > 0 then rejoin_count end
        as rejoins_per_hour_numerator,
    case
        when attended_seconds > 0 and rejoin_count is not null
            then {{ hours_of_micros(micros_of_seconds('attended_seconds')) }}
    end as rejoins_per_hour_denominator
from described
