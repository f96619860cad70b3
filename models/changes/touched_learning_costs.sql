-- Enrolments whose costs or hours of learning changed: also those of a programme with a
-- changed cost, or with costs in a currency whose rate of learners' time changed, and
-- those that were active after the moment up to which their programme was known before.
{{ config(meta={'key': 'enrolment_id'}) }}

with

changed_rates as (
    select distinct currency
    from {{ changes_of('stg_organisation__learner_time_rates') }}
),

changed_programmes as (
    select programme_id from {{ changes_of('fct_costs') }}
    union
    select costs.programme_id
    from {{ ref('fct_costs') }} as costs
    inner join changed_rates on costs.currency = changed_rates.currency
),

known_until as (
    {{ programmes_known_otherwise() }}
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
),

learner_days as (
    select * from {{ ref('fct_learner_days') }}
)

select enrolment_id from {{ changes_of('fct_enrolments') }}
union
select enrolment_id from {{ changes_of('fct_learner_days') }}
union
select enrolment_id from {{ changes_of('fct_learner_engagement') }}
union
select enrolment_id from {{ changes_of('kpi_cost_per_completion') }}
union
select enrolments.enrolment_id
from enrolments
inner join changed_programmes
    on enrolments.programme_id = changed_programmes.programme_id
union
select learner_days.enrolment_id
from learner_days
inner join known_until on learner_days.programme_id = known_until.programme_id
where
    cast(learner_days.active_date as timestamp) >= known_until.known_from
    or known_until.known_from is null
