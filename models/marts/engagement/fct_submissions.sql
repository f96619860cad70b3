{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={
        'touched': 'touched_submissions',
        'hands_on': ['programme_id', 'cohort_id'],
        'has_measures': true,
    },
) }}

with

submissions as (
    select * from {{ ref('int_submissions') }}
    {{ only_touched('touched_submissions', 'enrolment_id') }}
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
),

known_until as (
    select * from {{ ref('int_programmes_known_until') }}
),

-- Lateness is measured in local time of the cohort, so that a day is a day also when
-- summer time begins or ends.
timed as (
    select
        submissions.*,
        (
            {{ epoch_micros(local_timestamp(
                'submissions.submitted_at', 'submissions.time_zone'
            )) }}
            - {{ epoch_micros(local_timestamp(
                'submissions.due_at', 'submissions.time_zone'
            )) }}
        ) / 86400000000.0 as lateness_days
    from submissions
)

select
    ---------- ids
    timed.enrolment_id,
    enrolments.learner_key,
    enrolments.programme_id,
    enrolments.cohort_id,
    timed.activity_id,
    ---------- strings
    enrolments.delivery_mode,
    enrolments.outcome_category,
    enrolments.business_unit,
    enrolments.region,
    timed.role,
    ---------- numerics
    cast(timed.lateness_days as double) as lateness_days,
    ---------- dates
    {{ fiscal_quarter_start('timed.due_at') }} as due_quarter_date,
    ---------- timestamps
    timed.submitted_at,
    timed.due_at,
    ---------- measures
    {{ measure('late_submission_rate',
               'timed.due_at <= known_until.as_of '
               ~ 'and enrolments.exclusion_reason is null',
               'timed.submitted_at > timed.due_at') }}
from timed
inner join enrolments on timed.enrolment_id = enrolments.enrolment_id
left join known_until on enrolments.programme_id = known_until.programme_id
