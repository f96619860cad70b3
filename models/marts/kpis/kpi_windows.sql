{#- Lengths of windows in quarters, as the pages offer them. -#}
{%- set lengths = [1, 4, 8] -%}
{{ config(
    materialized='incremental',
    unique_key=['trailing_quarters', 'window_end_date'],
) }}

with

kpis as (
    select * from {{ ref('fct_kpis') }}
),

sources as (
    select * from {{ ref('dim_sources') }}
),

-- Everything is known up to the watermark of the source that reported least lately.
known_until as (
    select
        coalesce(
            min(case when not coalesce(is_ended, false) then watermark_at end),
            max(watermark_at)
        ) as watermark_at
    from sources
),

newest as (
    select {{ fiscal_quarter_start('watermark_at') }} as quarter_date
    from known_until
),

first_evidence as (
    select min(period_start_date) as quarter_date from kpis
),

quarters as (
    select distinct
        dates.period_start_date,
        dates.period_label
    from {{ ref('dim_dates') }} as dates
    cross join newest
    cross join first_evidence
    where
        dates.period_start_date >= first_evidence.quarter_date
        and dates.period_start_date <= newest.quarter_date
),

lengths as (
    {% for length in lengths -%}
        select cast({{ length }} as bigint) as trailing_quarters
        {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),

windows as (
    select
        lengths.trailing_quarters,
        quarters.period_label as window_label,
        quarters.period_start_date as last_quarter_date,
        {{ end_of_quarter('quarters.period_start_date') }} as window_end_date,
        quarters.period_start_date = newest.quarter_date as is_newest,
        {% set months = '(1 - lengths.trailing_quarters) * 3' -%}
        cast({{ dbt.dateadd(
            'month', 'cast(' ~ months ~ ' as integer)', 'quarters.period_start_date'
        ) }} as date) as window_start_date
    from quarters
    cross join lengths
    cross join newest
)

select
    ---------- numerics
    windows.trailing_quarters,
    ---------- strings
    windows.window_label,
    ---------- dates
    windows.window_start_date,
    windows.window_end_date,
    quarters.period_start_date,
    ---------- booleans
    windows.is_newest,
    windows.window_start_date >= first_evidence.quarter_date as is_whole
from windows
inner join quarters
    on
        windows.window_start_date <= quarters.period_start_date
        and windows.last_quarter_date >= quarters.period_start_date
cross join first_evidence
