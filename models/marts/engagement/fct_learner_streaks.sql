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

business_days as (
    select * from {{ ref('dim_business_days') }}
),

known_days as (
    select
        enrolments.enrolment_id,
        learners.region,
        cast(
            {{ local_timestamp('known_until.activity_as_of', 'learners.time_zone') }}
            as date
        ) as last_known_date
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
        known_days.region,
        known_days.last_known_date,
        {{ day_number('learner_days.active_date') }} as day_no,
        {{ day_number('known_days.last_known_date') }} as last_known_day
    from learner_days
    inner join known_days
        on learner_days.enrolment_id = known_days.enrolment_id
),

-- Units are numbered without gaps. Where weekends and days off do not count, the number
-- of a Monday follows that of the Friday, and it is the last known unit in between.
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
        business_days.business_days_before as unit_no,
        known_business_days.business_days_before as last_known_unit
    from dated
    inner join business_days
        on
            dated.region = business_days.region
            and dated.active_date = business_days.date_day
            and business_days.is_business_day
    left join business_days as known_business_days
        on
            dated.region = known_business_days.region
            and dated.last_known_date = known_business_days.date_day
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
