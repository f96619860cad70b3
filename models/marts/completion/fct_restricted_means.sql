{{ config(
    materialized='incremental',
    unique_key='outcome_category',
) }}

{%- set cell = [
    'clock',
    'delivery_mode',
    'outcome_category',
    'started_quarter_date',
] %}

with

life_table as (
    select
        clock,
        delivery_mode,
        outcome_category,
        started_quarter_date,
        day,
        at_risk,
        case when clock = 'completion' then completed else withdrawn end as events,
        case when clock = 'completion' then withdrawn else completed end
            as left_otherwise
    from {{ ref('fct_survival_curves') }}
),

-- Whoever left otherwise never has the event, and counts with all days: taken for
-- censored, they would be expected to have it as often as those who stay.
kept as (
    select
        clock,
        delivery_mode,
        outcome_category,
        started_quarter_date,
        day,
        events,
        0 as competing,
        at_risk + coalesce(sum(left_otherwise) over (
            partition by {{ cell | join(', ') }}
            order by day asc
            rows between unbounded preceding and 1 preceding
        ), 0) as at_risk,
        max(day) over (partition by {{ cell | join(', ') }}) as last_day
    from life_table
),

-- All modes of a category and quarter are measured up to the same day.
limited as (
    select
        *,
        min(last_day) over (
            partition by clock, outcome_category, started_quarter_date
        ) as tau_days
    from kept
),

{{ survival_curve('curves', 'limited', cell) }},

{{ restricted_mean('means', 'curves', cell) }}

select
    ---------- strings
    clock,
    delivery_mode,
    outcome_category,
    ---------- numerics
    tau_days,
    mean_days,
    sqrt(mean_variance) as standard_error,
    ---------- dates
    started_quarter_date
from means
