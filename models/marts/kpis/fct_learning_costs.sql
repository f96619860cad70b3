with

rates as (
    select * from {{ ref('stg_organisation__learner_time_rates') }}
),

costed as (
    select distinct
        costs.programme_id,
        costs.currency,
        rates.currency is not null as has_rates
    from {{ ref('fct_costs') }} as costs
    left join rates on costs.currency = rates.currency
    where costs.is_reported
),

costs as (
    select * from {{ ref('kpi_cost_per_completion') }}
    {{ only_touched('touched_learning_costs', 'enrolment_id') }}
),

learner_days as (
    select * from {{ ref('fct_learner_days') }}
    {{ only_touched('touched_learning_costs', 'enrolment_id') }}
),

-- Without any recorded cost, or any measured time, the costs of an hour are unknown.
enrolments as (
    select
        enrolments.*,
        costed.currency,
        costed.has_rates
    from {{ ref('fct_enrolments') }} as enrolments
    inner join costed on enrolments.programme_id = costed.programme_id
    inner join {{ ref('fct_learner_engagement') }} as engagement
        on enrolments.enrolment_id = engagement.enrolment_id
    where
        engagement.has_time_evidence
        and not enrolments.is_waived
        and enrolments.exclusion_reason is null
),

days as (
    select
        enrolments.enrolment_id,
        enrolments.segment,
        enrolments.currency,
        learner_days.active_date,
        coalesce({{ micros_of_seconds('learner_days.self_paced_seconds') }}, 0)
        + coalesce({{ micros_of_seconds('learner_days.live_seconds') }}, 0) as micros
    from learner_days
    inner join enrolments on learner_days.enrolment_id = enrolments.enrolment_id
    inner join {{ ref('int_programmes_known_until') }} as known_until
        on enrolments.programme_id = known_until.programme_id
    where cast(learner_days.active_date as timestamp) <= known_until.as_of
),

-- The rate of the learner's segment comes before that of everyone else.
rated as (
    select
        days.enrolment_id,
        days.active_date,
        days.micros,
        rates.hourly_cost,
        row_number() over (
            partition by days.enrolment_id, days.active_date
            order by
                case when rates.segment is null then 1 else 0 end asc,
                rates.valid_from desc nulls last
        ) as rate_rank
    from days
    left join rates
        on
            days.currency = rates.currency
            and coalesce(days.segment = rates.segment, true)
            and coalesce(days.active_date >= rates.valid_from, true)
),

amounts as (
    select
        enrolment_id,
        {{ fiscal_quarter_of_day('active_date') }} as quarter_date,
        micros,
        {{ hours_of_micros('micros') }} * hourly_cost as time_cost,
        case when hourly_cost is null and micros > 0 then 1 else 0 end as is_unpriced,
        cast(0.0 as double) as cost,
        0 as completions
    from rated
    where rate_rank = 1
    union all
    select
        costs.enrolment_id,
        costs.posted_quarter_date as quarter_date,
        0 as micros,
        cast(0.0 as double) as time_cost,
        0 as is_unpriced,
        costs.cost_per_completion_numerator as cost,
        costs.cost_per_completion_denominator as completions
    from costs
    inner join enrolments on costs.enrolment_id = enrolments.enrolment_id
),

summed as (
    select
        enrolment_id,
        quarter_date,
        cast(sum(micros) as bigint) as micros,
        {{ exact_sum('time_cost') }} as time_cost,
        -- One hour that has no rate, and the cost of the enrolment is unknown.
        max(max(is_unpriced)) over (partition by enrolment_id) = 0 as is_priced,
        {{ exact_sum('cost') }} as cost,
        cast(sum(completions) as bigint) as completions
    from amounts
    group by enrolment_id, quarter_date
)

select
    ---------- ids
    summed.enrolment_id,
    enrolments.learner_key,
    enrolments.programme_id,
    enrolments.cohort_id,
    ---------- strings
    enrolments.delivery_mode,
    enrolments.outcome_category,
    enrolments.business_unit,
    enrolments.region,
    enrolments.currency,
    ---------- numerics
    {{ hours_of_micros('summed.micros') }} as learning_hours,
    ---------- dates
    summed.quarter_date as posted_quarter_date,
    ---------- measures
    case
        when enrolments.has_rates and summed.is_priced
            then summed.cost + coalesce(summed.time_cost, 0.0)
    end as cost_with_learner_time_numerator,
    case when enrolments.has_rates and summed.is_priced then summed.completions end
        as cost_with_learner_time_denominator,
    summed.cost as cost_per_learning_hour_numerator,
    {{ hours_of_micros('summed.micros') }} as cost_per_learning_hour_denominator
from summed
inner join enrolments on summed.enrolment_id = enrolments.enrolment_id
