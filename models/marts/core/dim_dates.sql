{%- set months_before_fiscal_year = var('fiscal_year_start_month') | int - 1 %}

with

spine as (
    {{ dbt.date_spine(
        datepart='day',
        start_date="cast('" ~ var('calendar_start') ~ "' as date)",
        end_date="cast('" ~ var('calendar_end') ~ "' as date)"
    ) }}
),

days as (
    select
        cast(date_day as date) as date_day,
        cast(date_day as timestamp) as starts_at
    from spine
),

shifted as (
    select
        days.date_day,
        days.starts_at,
        cast({{ dbt.date_trunc('week', 'starts_at') }} as timestamp)
            as week_starts_at,
        cast(
            {{ dbt.dateadd('month', -months_before_fiscal_year, 'starts_at') }}
            as date
        ) as fiscal_day
    from days
)

select
    ---------- dates
    date_day,
    cast(week_starts_at as date) as week_start_date,
    cast({{ dbt.date_trunc('month', 'starts_at') }} as date) as month_start_date,
    {{ fiscal_quarter_of_day('date_day') }} as period_start_date,
    ---------- strings
    cast(extract(year from fiscal_day) as {{ dbt.type_string() }})
    || '-Q'
    || cast(extract(quarter from fiscal_day) as {{ dbt.type_string() }})
        as period_label,
    ---------- numerics
    cast(extract(year from fiscal_day) as bigint) as fiscal_year,
    cast(extract(quarter from fiscal_day) as bigint) as fiscal_quarter,
    {{ whole_days('week_starts_at', 'starts_at') }} + 1 as weekday,
    ---------- booleans
    {{ whole_days('week_starts_at', 'starts_at') }} >= 5 as is_weekend
from shifted
