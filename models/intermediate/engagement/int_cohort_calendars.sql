-- The local days on which a cohort could be active, up to what is known. A cohort
-- without a reported start begins with its first enrolment. A cohort without a reported
-- end, or shorter than a window, ends with the horizon of its last enrolment.
{{ config(
    materialized='incremental',
    unique_key=['programme_id', 'cohort_id'],
) }}

with

episodes as (
    select * from {{ ref('int_enrolment_episodes') }}
),

cohorts as (
    select
        programme_id,
        cohort_id,
        min(time_zone) as time_zone,
        coalesce(min(cohort_starts_at), min(clock_started_at)) as starts_at,
        max(cohort_ends_at) as ends_at,
        max(matured_at) as last_matured_at,
        max(activity_as_of) as known_until
    from episodes
    group by programme_id, cohort_id
),

local_days as (
    select
        programme_id,
        cohort_id,
        cast({{ local_timestamp('starts_at', 'time_zone') }} as date) as first_date,
        cast({{ local_timestamp('ends_at', 'time_zone') }} as date) as end_date,
        cast({{ local_timestamp('last_matured_at', 'time_zone') }} as date)
            as last_matured_date,
        cast({{ local_timestamp('known_until', 'time_zone') }} as date) as known_date
    from cohorts
)

select
    programme_id,
    cohort_id,
    first_date,
    least(
        known_date,
        case
            when
                {{ day_number('end_date') }} - {{ day_number('first_date') }}
                >= {{ var('active_window_days') }}
                then end_date
            else coalesce(last_matured_date, end_date, known_date)
        end
    ) as last_date
from local_days
where first_date is not null
