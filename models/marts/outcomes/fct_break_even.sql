{{ config(
    materialized='incremental',
    unique_key='programme_id',
) }}

with

costs as (
    select * from {{ ref('stg_organisation__costs') }}
),

reported as (
    select distinct
        programme_id,
        currency
    from {{ ref('fct_costs') }}
    where is_reported
),

cohorts as (
    select * from {{ ref('dim_cohorts') }}
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
    where delivery_mode is not null and exclusion_reason is null
),

-- Fixed costs count in full, however many months they are spread over.
spent as (
    select
        costs.programme_id,
        cohorts.delivery_mode,
        reported.currency,
        sum(case when costs.basis = 'fixed' then costs.amount_micros end)
            as fixed_micros,
        sum(case when costs.basis = 'per_person' then costs.amount_micros end)
            as per_person_micros,
        sum(case when costs.basis is null then 1 else 0 end) as unknown_count
    from costs
    inner join reported
        on
            costs.programme_id = reported.programme_id
            and costs.currency = reported.currency
    inner join cohorts
        on
            costs.programme_id = cohorts.programme_id
            and costs.cohort_id = cohorts.cohort_id
    group by costs.programme_id, cohorts.delivery_mode, reported.currency
),

enrolled as (
    select
        programme_id,
        delivery_mode,
        count(*) as enrolment_count
    from enrolments
    group by programme_id, delivery_mode
),

by_mode as (
    select
        enrolled.programme_id,
        enrolled.delivery_mode,
        case enrolled.delivery_mode when 'sync' then 1 when 'async' then 2 else 3 end
            as mode_order,
        spent.currency,
        case
            when spent.unknown_count = 0
                then cast(spent.fixed_micros as double) / 1000000.0
        end as fixed_amount,
        case
            when spent.unknown_count = 0
                then
                    cast(spent.per_person_micros as double)
                    / 1000000.0
                    / cast(enrolled.enrolment_count as double)
        end as per_person_amount
    from enrolled
    left join spent
        on
            enrolled.programme_id = spent.programme_id
            and enrolled.delivery_mode = spent.delivery_mode
),

pairs as (
    select
        a.programme_id,
        a.delivery_mode as mode_a,
        b.delivery_mode as mode_b,
        coalesce(a.currency, b.currency) as currency,
        a.fixed_amount as fixed_amount_a,
        b.fixed_amount as fixed_amount_b,
        a.per_person_amount as per_person_amount_a,
        b.per_person_amount as per_person_amount_b,
        b.fixed_amount - a.fixed_amount as fixed_difference,
        a.per_person_amount - b.per_person_amount as per_person_difference
    from by_mode as a
    inner join by_mode as b
        on a.programme_id = b.programme_id and a.mode_order < b.mode_order
),

solved as (
    select
        *,
        case
            when per_person_difference <> 0
                then fixed_difference / per_person_difference
        end as found
    from pairs
)

select
    ---------- ids
    programme_id,
    ---------- strings
    mode_a,
    mode_b,
    currency,
    case
        when fixed_difference is null then 'fixed_cost_unknown'
        when per_person_difference is null then 'cost_per_person_unknown'
        when per_person_difference = 0 then 'same_cost_per_person'
        when found < 0 then 'one_mode_is_always_cheaper'
    end as no_break_even_reason,
    ---------- numerics
    fixed_amount_a,
    fixed_amount_b,
    per_person_amount_a,
    per_person_amount_b,
    case when found >= 0 then found end as break_even_enrolments
from solved
