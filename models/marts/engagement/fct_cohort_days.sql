with

learner_days as (
    select distinct
        programme_id,
        cohort_id,
        learner_key,
        active_date
    from {{ ref('fct_learner_days') }}
),

calendars as (
    select * from {{ ref('int_cohort_calendars') }}
),

cohorts as (
    select * from {{ ref('dim_cohorts') }}
),

dates as (
    select * from {{ ref('dim_dates') }}
),

followed as (
    select
        *,
        lead(active_date) over (
            partition by programme_id, cohort_id, learner_key
            order by active_date asc
        ) as next_date
    from learner_days
),

-- A learner is recently active from an active day until the window after it closes or
-- the next active day takes over: one step up, one step down.
steps as (
    select
        programme_id,
        cohort_id,
        active_date as step_date,
        1 as active,
        1 as recent
    from followed
    union all
    select
        programme_id,
        cohort_id,
        least(
            coalesce(
                next_date, {{ day_after('active_date', var('active_window_days')) }}
            ),
            {{ day_after('active_date', var('active_window_days')) }}
        ) as step_date,
        0 as active,
        -1 as recent
    from followed
),

stepped as (
    select
        programme_id,
        cohort_id,
        step_date,
        sum(active) as active,
        sum(recent) as recent
    from steps
    group by programme_id, cohort_id, step_date
),

-- Some begin before the cohort does; their days are there too.
spans as (
    select
        calendars.programme_id,
        calendars.cohort_id,
        calendars.first_date,
        calendars.last_date,
        min(stepped.step_date) as first_step_date
    from calendars
    inner join stepped
        on
            calendars.programme_id = stepped.programme_id
            and calendars.cohort_id = stepped.cohort_id
    group by
        calendars.programme_id,
        calendars.cohort_id,
        calendars.first_date,
        calendars.last_date
),

spine as (
    select
        spans.programme_id,
        spans.cohort_id,
        spans.first_date,
        dates.date_day
    from spans
    inner join dates
        on
            least(spans.first_date, spans.first_step_date) <= dates.date_day
            and spans.last_date >= dates.date_day
),

running as (
    select
        spine.programme_id,
        spine.cohort_id,
        spine.first_date,
        spine.date_day,
        coalesce(stepped.active, 0) as active_learner_count,
        sum(coalesce(stepped.recent, 0)) over (
            partition by spine.programme_id, spine.cohort_id
            order by spine.date_day asc
            rows between unbounded preceding and current row
        ) as recent_learner_count,
        sum(coalesce(stepped.active, 0)) over (
            partition by spine.programme_id, spine.cohort_id
            order by spine.date_day asc
            rows between unbounded preceding and current row
        ) as learner_days_so_far
    from spine
    left join stepped
        on
            spine.programme_id = stepped.programme_id
            and spine.cohort_id = stepped.cohort_id
            and spine.date_day = stepped.step_date
),

looked_back as (
    select
        *,
        learner_days_so_far - lag(
            learner_days_so_far, {{ var('active_window_days') }}, 0
        ) over (
            partition by programme_id, cohort_id order by date_day asc
        ) as recent_learner_days
    from running
)

select
    ---------- ids
    looked_back.programme_id,
    looked_back.cohort_id,
    ---------- strings
    cohorts.delivery_mode,
    cohorts.outcome_category,
    ---------- numerics
    {{ day_number('looked_back.date_day') }}
    - {{ day_number('looked_back.first_date') }} as cohort_day,
    cast(looked_back.active_learner_count as bigint) as active_learner_count,
    cast(looked_back.recent_learner_count as bigint) as recent_learner_count,
    looked_back.recent_learner_days / cast({{ var('active_window_days') }} as double)
        as recent_daily_mean,
    ---------- dates
    looked_back.date_day as activity_date
from looked_back
inner join cohorts
    on
        looked_back.programme_id = cohorts.programme_id
        and looked_back.cohort_id = cohorts.cohort_id
where cohorts.has_activity_evidence
