{{ config(
    materialized='incremental',
    unique_key='currency',
) }}

with

costs as (
    select * from {{ ref('fct_costs') }}
),

programmes as (
    select count(distinct programme_id) as programme_count
    from {{ ref('fct_enrolments') }}
    where exclusion_reason is null
)

select
    ---------- strings
    costs.currency,
    ---------- numerics
    count(distinct costs.programme_id) as costed_programme_count,
    max(programmes.programme_count) as programme_count,
    {{ exact_sum('costs.amount') }} as amount,
    ---------- booleans
    max(case when costs.is_reported then 1 else 0 end) = 1 as is_reported
from costs
cross join programmes
group by costs.currency
