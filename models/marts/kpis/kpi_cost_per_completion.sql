{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={
        'touched': 'touched_costs',
        'hands_on': ['programme_id', 'cohort_id'],
    },
) }}

with

costs as (
    select * from {{ ref('fct_costs') }}
    where is_reported
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
    where not is_waived and exclusion_reason is null
),

known_until as (
    select * from {{ ref('int_programmes_known_until') }}
),

allocated_enrolments as (
    select * from enrolments
    {{ only_touched('touched_costs', 'enrolment_id') }}
),

-- Without any recorded cost, the costs of a programme are unknown and not zero.
costed_programmes as (
    select distinct programme_id from costs
),

enrolment_counts as (
    select
        programme_id,
        cohort_id,
        count(*) as cohort_enrolment_count,
        sum(count(*)) over (partition by programme_id) as programme_enrolment_count
    from enrolments
    group by programme_id, cohort_id
),

-- A cost of a cohort is shared equally by its enrolments, a cost of the whole programme
-- by all enrolments of the programme.
booked as (
    select
        programme_id,
        cohort_id,
        posted_quarter_date,
        {{ exact_sum('amount') }} as amount
    from costs
    group by programme_id, cohort_id, posted_quarter_date
),

shares as (
    select
        enrolment_counts.programme_id,
        enrolment_counts.cohort_id,
        booked.posted_quarter_date,
        booked.amount
        / cast(
            case
                when booked.cohort_id is null
                    then enrolment_counts.programme_enrolment_count
                else enrolment_counts.cohort_enrolment_count
            end as double
        ) as amount
    from booked
    inner join enrolment_counts
        on
            booked.programme_id = enrolment_counts.programme_id
            and coalesce(booked.cohort_id, enrolment_counts.cohort_id)
            = enrolment_counts.cohort_id
),

allocated as (
    select
        enrolments.enrolment_id,
        shares.posted_quarter_date as quarter_date,
        shares.amount,
        0 as completions
    from allocated_enrolments as enrolments
    inner join shares
        on
            enrolments.programme_id = shares.programme_id
            and enrolments.cohort_id = shares.cohort_id
    union all
    select
        enrolments.enrolment_id,
        {{ fiscal_quarter_start('enrolments.completed_at') }} as quarter_date,
        0.0 as amount,
        1 as completions
    from allocated_enrolments as enrolments
    inner join costed_programmes
        on enrolments.programme_id = costed_programmes.programme_id
    inner join known_until on enrolments.programme_id = known_until.programme_id
    where
        enrolments.is_completed
        and enrolments.completed_at <= known_until.as_of
),

summed as (
    select
        enrolment_id,
        quarter_date,
        {{ exact_sum('amount') }} as amount,
        sum(completions) as completions
    from allocated
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
    ---------- dates
    summed.quarter_date as posted_quarter_date,
    ---------- measures
    summed.amount as cost_per_completion_numerator,
    cast(summed.completions as bigint) as cost_per_completion_denominator
from summed
inner join enrolments on summed.enrolment_id = enrolments.enrolment_id
