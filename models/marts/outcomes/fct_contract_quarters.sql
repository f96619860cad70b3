{{ config(
    materialized='incremental',
    unique_key='contract_id',
    meta={'hands_on': ['programme_id', 'cohort_id'], 'has_measures': true},
) }}

with

contracts as (
    select * from {{ ref('stg_organisation__contracts') }}
),

programmes as (
    select * from {{ ref('dim_programmes') }}
),

known_until as (
    select * from {{ ref('int_programmes_known_until') }}
),

quarter_numbers as (
    select day as quarter_no from {{ ref('int_day_numbers') }}
),

excluded as (
    select enrolment_id from {{ ref('fct_enrolments') }}
    where exclusion_reason is not null
),

learner_days as (
    select days.*
    from {{ ref('fct_learner_days') }} as days
    left join excluded on days.enrolment_id = excluded.enrolment_id
    where excluded.enrolment_id is null
),

-- A quarter counts once all of it is known.
quarters as (
    select
        contracts.contract_id,
        contracts.programme_id,
        contracts.seats,
        contracts.starts_on,
        contracts.ends_on,
        cast({{ dbt.dateadd(
            'month',
            'cast(quarter_numbers.quarter_no * 3 as integer)',
            fiscal_quarter_of_day('contracts.starts_on')
        ) }} as date) as contract_quarter_date
    from contracts
    inner join quarter_numbers on quarter_numbers.quarter_no < 80
),

ended as (
    select
        quarters.*,
        {{ dbt.dateadd('month', 3, 'quarters.contract_quarter_date') }}
            as next_quarter_date
    from quarters
    inner join known_until on quarters.programme_id = known_until.programme_id
    where
        quarters.contract_quarter_date <= quarters.ends_on
        and cast(
            {{ dbt.dateadd('month', 3, 'quarters.contract_quarter_date') }} as date
        ) <= cast({{ add_days('known_until.as_of', 1) }} as date)
),

counted as (
    select
        ended.contract_id,
        ended.contract_quarter_date,
        count(distinct learner_days.learner_key) as active_learner_count
    from ended
    inner join learner_days
        on
            ended.programme_id = learner_days.programme_id
            and ended.contract_quarter_date <= learner_days.active_date
            and ended.next_quarter_date > learner_days.active_date
            and ended.starts_on <= learner_days.active_date
            and ended.ends_on >= learner_days.active_date
    group by ended.contract_id, ended.contract_quarter_date
)

select
    ---------- ids
    ended.contract_id,
    ended.programme_id,
    'all' as cohort_id,
    ---------- strings
    programmes.default_delivery_mode as delivery_mode,
    programmes.outcome_category,
    cast(null as {{ dbt.type_string() }}) as business_unit,
    cast(null as {{ dbt.type_string() }}) as region,
    ---------- numerics
    cast(coalesce(counted.active_learner_count, 0) as bigint) as audience_count,
    ---------- dates
    ended.contract_quarter_date,
    ---------- measures
    cast(coalesce(counted.active_learner_count, 0) as bigint)
        as seats_used_share_numerator,
    cast(ended.seats as bigint) as seats_used_share_denominator
from ended
inner join programmes on ended.programme_id = programmes.programme_id
left join counted
    on
        ended.contract_id = counted.contract_id
        and ended.contract_quarter_date = counted.contract_quarter_date
