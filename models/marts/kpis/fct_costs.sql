{{ config(
    materialized='incremental',
    unique_key='programme_id',
) }}

with

costs as (
    select * from {{ ref('stg_organisation__costs') }}
),

programmes as (
    select * from {{ ref('dim_programmes') }}
),

cohorts as (
    select * from {{ ref('dim_cohorts') }}
),

known_until as (
    select * from {{ ref('int_programmes_known_until') }}
),

month_numbers as (
    select day as month_no from {{ ref('int_day_numbers') }}
),

currencies as (
    select
        currency,
        row_number() over (
            order by
                case when currency = '{{ var("currency") }}' then 0 else 1 end asc,
                count(*) desc,
                currency asc
        ) as currency_rank
    from costs
    group by currency
),

-- An amortised cost is spread in equal parts over its months.
by_month as (
    select
        costs.programme_id,
        costs.cohort_id,
        costs.kind,
        costs.currency,
        currencies.currency_rank = 1 as is_reported,
        cast(costs.amount_micros as double)
        / 1000000.0
        / cast(coalesce(costs.amortised_months, 1) as double) as amount,
        cast({{ dbt.dateadd(
            'month',
            'cast(month_numbers.month_no as integer)',
            dbt.date_trunc('month', 'costs.incurred_on')
        ) }} as date) as posted_month_date
    from costs
    inner join currencies on costs.currency = currencies.currency
    inner join month_numbers
        on coalesce(costs.amortised_months, 1) > month_numbers.month_no
)

select
    ---------- ids
    by_month.programme_id,
    by_month.cohort_id,
    ---------- strings
    coalesce(cohorts.delivery_mode, programmes.default_delivery_mode)
        as delivery_mode,
    programmes.outcome_category,
    by_month.kind,
    by_month.currency,
    ---------- numerics
    {{ exact_sum('by_month.amount') }} as amount,
    ---------- booleans
    by_month.is_reported,
    ---------- dates
    by_month.posted_month_date,
    {{ fiscal_quarter_of_day('by_month.posted_month_date') }} as posted_quarter_date
from by_month
inner join programmes on by_month.programme_id = programmes.programme_id
inner join known_until on by_month.programme_id = known_until.programme_id
left join cohorts
    on
        by_month.programme_id = cohorts.programme_id
        and by_month.cohort_id = cohorts.cohort_id
where cast(by_month.posted_month_date as timestamp) <= known_until.as_of
group by
    by_month.programme_id,
    by_month.cohort_id,
    cohorts.delivery_mode,
    programmes.default_delivery_mode,
    programmes.outcome_category,
    by_month.kind,
    by_month.currency,
    by_month.is_reported,
    by_month.posted_month_date
