{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={'touched': 'touched_engagement'},
) }}

with

learner_days as (
    select * from {{ ref('fct_learner_days') }}
    {{ only_touched('touched_engagement', 'enrolment_id') }}
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
),

learners as (
    select * from {{ ref('dim_learners') }}
),

known_until as (
    select * from {{ ref('int_programmes_known_until') }}
),

known_days as (
    select
        enrolments.enrolment_id,
        {{ day_number(
            local_timestamp('known_until.as_of', 'learners.time_zone')
        ) }} as last_known_day
    from enrolments
    inner join learners on enrolments.learner_key = learners.learner_key
    left join known_until on enrolments.programme_id = known_until.programme_id
),

dated as (
    select
        learner_days.enrolment_id,
        learner_days.learner_key,
        learner_days.programme_id,
        learner_days.cohort_id,
        learner_days.active_date,
        {{ day_number('learner_days.active_date') }} as day_no,
        known_days.last_known_day
    from learner_days
    inner join known_days
        on learner_days.enrolment_id = known_days.enrolment_id
),

-- Units are numbered without gaps. Where weekends do not count, the number of a Monday
-- follows that of the Friday, and it is the last known unit during the weekend.
in_units as (
    select
        'day' as streak_unit,
        dated.*,
        dated.day_no as unit_no,
        dated.last_known_day as last_known_unit
    from dated
    union all
    select
        'business_day' as streak_unit,
        dated.*,
        5 * cast(floor(dated.day_no / 7.0) as bigint) + dated.day_no % 7 as unit_no,
        5 * cast(floor(dated.last_known_day / 7.0) as bigint)
        + least(dated.last_known_day % 7, 5) as last_known_unit
    from dated
    where dated.day_no % 7 < 5
    union all
    select
        'week' as streak_unit,
        dated.*,
        cast(floor(dated.day_no / 7.0) as bigint) as unit_no,
        cast(floor(dated.last_known_day / 7.0) as bigint) as last_known_unit
    from dated
),

units as (
    select
        streak_unit,
        enrolment_id,
        learner_key,
        programme_id,
        cohort_id,
        unit_no,
        last_known_unit,
        min(active_date) as first_date,
        max(active_date) as last_date
    from in_units
    group by
        streak_unit,
        enrolment_id,
        learner_key,
        programme_id,
        cohort_id,
        unit_no,
        last_known_unit
),

-- Within a streak, unit and rank grow by one, so that their difference stays the same.
islands as (
    select
        *,
        unit_no - row_number() over (
            partition by enrolment_id, streak_unit order by unit_no asc
        ) as island_no
    from units
)

select
    ---------- ids
    enrolment_id,
    learner_key,
    programme_id,
    cohort_id,
    ---------- strings
    streak_unit,
    ---------- numerics
    cast(count(*) as bigint) as unit_count,
    ---------- booleans
    max(unit_no) >= last_known_unit - 1 as is_current,
    ---------- dates
    min(first_date) as started_date,
    max(last_date) as ended_date
from islands
group by
    enrolment_id,
    learner_key,
    programme_id,
    cohort_id,
    streak_unit,
    island_no,
    last_known_unit
