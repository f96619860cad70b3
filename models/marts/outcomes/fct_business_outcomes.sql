{{ config(
    materialized='incremental',
    unique_key='programme_id',
    meta={'hands_on': ['cohort_id'], 'has_measures': true},
) }}

with

outcomes as (
    select
        *,
        {{ fiscal_quarter_of_day('quarter') }} as outcome_quarter_date
    from {{ ref('stg_organisation__business_outcomes') }}
),

programmes as (
    select * from {{ ref('dim_programmes') }}
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
    where exclusion_reason is null
),

costs as (
    select
        programme_id,
        posted_quarter_date,
        min(currency) as currency,
        {{ exact_sum('amount') }} as amount
    from {{ ref('fct_costs') }}
    where is_reported
    group by programme_id, posted_quarter_date
),

-- Everybody who had been enrolled by the end of the quarter.
audiences as (
    select
        outcomes.programme_id,
        outcomes.outcome_quarter_date,
        count(distinct enrolments.learner_key) as audience_count
    from outcomes
    inner join enrolments
        on
            outcomes.programme_id = enrolments.programme_id
            and outcomes.outcome_quarter_date >= enrolments.enrolled_quarter_date
    group by outcomes.programme_id, outcomes.outcome_quarter_date
),

reasoned as (
    select
        outcomes.*,
        costs.amount as cost_amount,
        case
            when outcomes.benefit_amount is null then 'no_benefit'
            when outcomes.isolation_share is null or outcomes.isolation_method is null
                then 'no_isolation_method'
            when outcomes.confidence_share is null then 'no_confidence'
            when coalesce(costs.amount, 0) <= 0 then 'no_cost'
            when coalesce(outcomes.currency <> costs.currency, true)
                then 'other_currency'
        end as no_return_reason
    from outcomes
    left join costs
        on
            outcomes.programme_id = costs.programme_id
            and outcomes.outcome_quarter_date = costs.posted_quarter_date
),

-- The cost of a programme is shared by its benefits.
shared as (
    select
        *,
        cost_amount / cast(count(*) over (
            partition by programme_id, outcome_quarter_date, no_return_reason
        ) as double) as shared_cost_amount
    from reasoned
)

select
    ---------- ids
    shared.programme_id,
    'all' as cohort_id,
    ---------- strings
    programmes.default_delivery_mode as delivery_mode,
    programmes.outcome_category,
    cast(null as {{ dbt.type_string() }}) as business_unit,
    cast(null as {{ dbt.type_string() }}) as region,
    shared.metric,
    shared.currency,
    shared.isolation_method,
    shared.no_return_reason,
    ---------- numerics
    shared.planned_value,
    shared.actual_value,
    shared.benefit_amount,
    shared.isolation_share,
    shared.confidence_share,
    cast(coalesce(audiences.audience_count, 0) as bigint) as audience_count,
    ---------- dates
    shared.outcome_quarter_date,
    ---------- measures, null where the outcome is not in the base
    case
        when shared.planned_value > 0 then shared.actual_value / shared.planned_value
    end as business_outcome_vs_plan_numerator,
    cast(
        case
            when shared.planned_value > 0 and shared.actual_value is not null then 1
        end as bigint
    ) as business_outcome_vs_plan_denominator,
    case
        when shared.no_return_reason is null
            then
                shared.benefit_amount
                * shared.isolation_share
                * shared.confidence_share
    end as benefit_cost_ratio_numerator,
    case when shared.no_return_reason is null then shared.shared_cost_amount end
        as benefit_cost_ratio_denominator
from shared
inner join programmes on shared.programme_id = programmes.programme_id
left join audiences
    on
        shared.programme_id = audiences.programme_id
        and shared.outcome_quarter_date = audiences.outcome_quarter_date
