-- The days of each region of learners, numbered without weekends and days off.
{{ config(
    materialized='incremental',
    unique_key='region',
) }}

with

regions as (
    select distinct region from {{ ref('dim_learners') }}
),

days as (
    select * from {{ ref('dim_dates') }}
),

holidays as (
    select * from {{ ref('stg_organisation__holidays') }}
),

days_off as (
    select distinct
        regions.region,
        holidays.holiday_on
    from regions
    inner join holidays
        on regions.region = coalesce(holidays.region, regions.region)
),

judged as (
    select
        regions.region,
        days.date_day,
        not days.is_weekend and days_off.holiday_on is null as is_business_day
    from regions
    cross join days
    left join days_off
        on regions.region = days_off.region and days.date_day = days_off.holiday_on
)

select
    region,
    date_day,
    is_business_day,
    cast(coalesce(sum(case when is_business_day then 1 else 0 end) over (
        partition by region order by date_day asc
        rows between unbounded preceding and 1 preceding
    ), 0) as bigint) as business_days_before
from judged
