-- The weeks in which an enrolment was open and its learner active, up to the horizon.
-- Weeks of enrolment are counted from the local day on which the clock starts; a week
-- in which the learner finishes or withdraws is still one of them. Calendar weeks begin
-- on Monday and are those of a streak.
{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={'touched': 'touched_paths'},
) }}

with

learner_days as (
    select * from {{ ref('fct_learner_days') }}
    {{ only_touched('touched_paths', 'enrolment_id') }}
),

enrolments as (
    select
        enrolments.enrolment_id,
        {{ day_number(
            local_timestamp('enrolments.clock_started_at', 'learners.time_zone')
        ) }} as first_day,
        {{ day_number(
            local_timestamp('enrolments.matured_at', 'learners.time_zone')
        ) }} as matured_day,
        {{ day_number(local_timestamp(
            'least(enrolments.completed_at, enrolments.withdrawn_at)',
            'learners.time_zone'
        ) ) }} as left_day
    from {{ ref('fct_enrolments') }} as enrolments
    inner join {{ ref('dim_learners') }} as learners
        on enrolments.learner_key = learners.learner_key
    {{ only_touched('touched_paths', 'enrolments.enrolment_id') }}
),

opened as (
    select
        *,
        least(
            cast(floor((matured_day - first_day) / 7.0) as bigint),
            greatest(
                coalesce(
                    cast(floor((left_day - first_day) / 7.0) as bigint) + 1,
                    matured_day - first_day
                ),
                0
            )
        ) as open_week_count
    from enrolments
),

dated as (
    select
        opened.*,
        {{ day_number('learner_days.active_date') }} as active_day
    from opened
    left join learner_days
        on
            opened.enrolment_id = learner_days.enrolment_id
            and {{ day_number('learner_days.active_date') }} <= opened.matured_day
),

weeks as (
    select
        enrolment_id,
        cast(floor(active_day / 7.0) as bigint) as week_no
    from dated
    where active_day is not null
    group by enrolment_id, cast(floor(active_day / 7.0) as bigint)
),

islands as (
    select
        enrolment_id,
        week_no - row_number() over (
            partition by enrolment_id order by week_no asc
        ) as island_no
    from weeks
),

streaks as (
    select
        enrolment_id,
        island_no,
        count(*) as week_count
    from islands
    group by enrolment_id, island_no
),

longest as (
    select
        enrolment_id,
        max(week_count) as longest_streak
    from streaks
    group by enrolment_id
),

counted as (
    select
        enrolment_id,
        max(open_week_count) as open_week_count,
        max(matured_day - first_day) as horizon_day_count,
        count(active_day) as active_day_count,
        count(distinct case
            when
                active_day >= first_day
                and active_day < first_day + 7 * open_week_count
                then cast(floor((active_day - first_day) / 7.0) as bigint)
        end) as active_week_count
    from dated
    group by enrolment_id
)

select
    counted.enrolment_id,
    cast(counted.horizon_day_count as bigint) as horizon_day_count,
    cast(counted.open_week_count as bigint) as open_week_count,
    cast(counted.active_week_count as bigint) as active_week_count,
    cast(counted.active_day_count as bigint) as active_day_count,
    cast(coalesce(longest.longest_streak, 0) as bigint) as longest_week_streak
from counted
left join longest on counted.enrolment_id = longest.enrolment_id
