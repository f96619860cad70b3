with

learner_days as (
    select distinct
        programme_id,
        cohort_id,
        learner_key,
        active_date
    from {{ ref('fct_learner_days') }}
    {{ only_touched('touched_cohort_days', ['programme_id', 'cohort_id']) }}
),

calendars as (
    select * from {{ ref('int_cohort_calendars') }}
    {{ only_touched('touched_cohort_days', ['programme_id', 'cohort_id']) }}
),

followed as (
    select
        *,
        {{ day_after('active_date', var('active_window_days')) }} as window_end_date,
        lead(active_date) over (
            partition by programme_id, cohort_id, learner_key
            order by active_date asc
        ) as next_date
    from learner_days
),

-- A learner is recently active from an active day until its window closes or the next
-- active day takes over: one change up, one change down.
changes as (
    select
        programme_id,
        cohort_id,
        active_date as change_date,
        1 as active,
        1 as recent
    from followed
    union all
    select
        programme_id,
        cohort_id,
        least(coalesce(next_date, window_end_date), window_end_date) as change_date,
        0 as active,
        -1 as recent
    from followed
),

daily_changes as (
    select
        programme_id,
        cohort_id,
        change_date,
        sum(active) as active,
        sum(recent) as recent
    from changes
    group by programme_id, cohort_id, change_date
),

-- Learners may be active before the first day of their cohort; those days are included.
spans as (
    select
        calendars.programme_id,
        calendars.cohort_id,
        calendars.first_date,
        calendars.last_date,
        least(calendars.first_date, min(daily_changes.change_date)) as from_date
    from calendars
    inner join daily_changes
        on
            calendars.programme_id = daily_changes.programme_id
            and calendars.cohort_id = daily_changes.cohort_id
    group by
        calendars.programme_id,
        calendars.cohort_id,
        calendars.first_date,
        calendars.last_date
),

cohort_days as (
    select
        spans.programme_id,
        spans.cohort_id,
        spans.first_date,
        dates.date_day
    from spans
    inner join {{ ref('dim_dates') }} as dates
        on spans.from_date <= dates.date_day and spans.last_date >= dates.date_day
),

running as (
    select
        cohort_days.programme_id,
        cohort_days.cohort_id,
        cohort_days.first_date,
        cohort_days.date_day,
        coalesce(daily_changes.active, 0) as active_learner_count,
        sum(coalesce(daily_changes.recent, 0)) over until_day as recent_learner_count,
        sum(coalesce(daily_changes.active, 0)) over until_day as learner_days_so_far
    from cohort_days
    left join daily_changes
        on
            cohort_days.programme_id = daily_changes.programme_id
            and cohort_days.cohort_id = daily_changes.cohort_id
            and cohort_days.date_day = daily_changes.change_date
    window until_day as (
        partition by cohort_days.programme_id, cohort_days.cohort_id
        order by cohort_days.date_day asc
        rows between unbounded preceding and current row
    )
),

windowed as (
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
    windowed.programme_id,
    windowed.cohort_id,
    ---------- strings
    cohorts.delivery_mode,
    cohorts.outcome_category,
    ---------- numerics
    {{ day_number('windowed.date_day') }}
    - {{ day_number('windowed.first_date') }} as cohort_day,
    cast(windowed.active_learner_count as bigint) as active_learner_count,
    cast(windowed.recent_learner_count as bigint) as recent_learner_count,
    windowed.recent_learner_days / cast({{ var('active_window_days') }} as double)
        as recent_daily_mean,
    ---------- dates
    windowed.date_day as activity_date
from windowed
inner join {{ ref('dim_cohorts') }} as cohorts
    on
        windowed.programme_id = cohorts.programme_id
        and windowed.cohort_id = cohorts.cohort_id
where cohorts.has_activity_evidence
