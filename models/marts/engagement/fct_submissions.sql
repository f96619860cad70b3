{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={
        'touched': 'touched_feedback',
        'hands_on': ['programme_id', 'cohort_id'],
        'has_measures': true,
    },
) }}

with

submissions as (
    select * from {{ ref('int_submissions') }}
    {{ only_touched('touched_feedback', 'enrolment_id') }}
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
),

known_until as (
    select * from {{ ref('int_programmes_known_until') }}
),

programmes_with_feedback as (
    select * from {{ ref('int_programmes_with_feedback') }}
),

learning as (
    select
        enrolment_id,
        occurred_at
    from {{ ref('int_learning_events') }}
    where is_learner_initiated
    {{ only_touched('touched_feedback', 'enrolment_id', 'and') }}
    union all
    select
        enrolment_id,
        first_joined_at as occurred_at
    from {{ ref('fct_session_attendances') }}
    where attended_seconds > 0
    {{ only_touched('touched_feedback', 'enrolment_id', 'and') }}
),

followed as (
    select distinct
        submissions.enrolment_id,
        submissions.activity_id
    from submissions
    inner join learning
        on
            submissions.enrolment_id = learning.enrolment_id
            and submissions.feedback_at < learning.occurred_at
            and {{ add_days('submissions.feedback_at', var('momentum_days')) }}
            >= learning.occurred_at
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
),

described as (
    select
        timed.*,
        enrolments.learner_key,
        enrolments.programme_id,
        enrolments.cohort_id,
        enrolments.delivery_mode,
        enrolments.outcome_category,
        enrolments.business_unit,
        enrolments.region,
        known_until.as_of,
        {{ micros_between('timed.submitted_at', 'timed.feedback_at') }}
            as waiting_micros,
        enrolments.exclusion_reason is null as is_counted,
        coalesce(timed.feedback_at <= known_until.as_of, false) as is_graded,
        timed.is_handed_in
        and enrolments.exclusion_reason is null
        and programmes_with_feedback.programme_id is not null
        and {{ add_days('timed.submitted_at', 1) }} <= known_until.as_of
            as is_feedback_due,
        followed.enrolment_id is not null as is_followed
    from timed
    inner join enrolments on timed.enrolment_id = enrolments.enrolment_id
    left join known_until on enrolments.programme_id = known_until.programme_id
    left join programmes_with_feedback
        on enrolments.programme_id = programmes_with_feedback.programme_id
    left join followed
        on
            timed.enrolment_id = followed.enrolment_id
            and timed.activity_id = followed.activity_id
)

select
    ---------- ids
    enrolment_id,
    learner_key,
    programme_id,
    cohort_id,
    activity_id,
    ---------- strings
    delivery_mode,
    outcome_category,
    business_unit,
    region,
    role,
    grader_kind,
    ---------- numerics
    cast(lateness_days as double) as lateness_days,
    case when is_handed_in then {{ hours_of_micros('waiting_micros') }} end
        as feedback_hours,
    ---------- booleans
    is_handed_in,
    ---------- dates
    {{ fiscal_quarter_start('due_at') }} as due_quarter_date,
    {{ fiscal_quarter_start('submitted_at') }} as submitted_quarter_date,
    ---------- timestamps
    submitted_at,
    feedback_at,
    due_at,
    ---------- measures
    {{ measure('late_submission_rate', 'is_counted and due_at <= as_of',
               'submitted_at > due_at') }},
    {{ measure('feedback_in_24h', 'is_feedback_due',
               'is_graded and waiting_micros <= 86400000000.0') }},
    {{ measure('ungraded_share', 'is_feedback_due', 'not is_graded') }},
    {{ measure('auto_graded_share',
               'is_counted and is_graded and grader_kind is not null',
               "grader_kind in ('automated', 'ai')") }},
    {{ measure('momentum_after_feedback',
               'is_counted and is_handed_in and is_graded and '
               ~ add_days('feedback_at', var('momentum_days')) ~ ' <= as_of',
               'is_followed') }}
from described
