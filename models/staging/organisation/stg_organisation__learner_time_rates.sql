{{ config(
    materialized='incremental',
    unique_key='currency',
) }}

with

committed as (
    {{ committed_reports('learner_time_rates') }}
),

ranked as (
    select
        *,
        {{ report_rank(
            key=["coalesce(segment, '')", 'valid_from'],
            content=['hourly_cost', 'currency']
        ) }} as report_rank
    from committed
),

renamed as (
    select
        ---------- strings
        segment,
        currency,
        ---------- numerics
        hourly_cost,
        ---------- dates
        valid_from
    from ranked
    where report_rank = 1
)

select * from renamed
