{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={
        'touched': 'touched_paths',
        'hands_on': ['programme_id', 'cohort_id'],
        'has_measures': true,
    },
) }}

with

learning_sessions as (
    select
        *,
        lag(last_event_at) over (
            partition by enrolment_id order by learning_session_no asc
        ) as left_at
    from {{ ref('int_learning_sessions') }}
    {{ only_touched('touched_paths', 'enrolment_id') }}
),

openings as (
    select * from {{ ref('int_activity_openings') }}
    {{ only_touched('touched_paths', 'enrolment_id') }}
),

steps as (
    select * from {{ ref('int_path_steps') }}
    where step_no is not null
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
    where exclusion_reason is null
),

progress as (
    select * from {{ ref('fct_path_progress') }}
    {{ only_touched('touched_paths', 'enrolment_id') }}
),

-- What was opened last is what was left.
in_order as (
    select
        openings.enrolment_id,
        openings.statement_id,
        openings.opened_at,
        enrolments.learner_key,
        enrolments.programme_id,
        enrolments.cohort_id,
        enrolments.delivery_mode,
        enrolments.outcome_category,
        enrolments.business_unit,
        enrolments.region,
        steps.step_no,
        lag(steps.step_no) over (
            partition by openings.enrolment_id
            order by openings.opened_at asc, openings.statement_id asc
        ) as left_step_no
    from openings
    inner join enrolments on openings.enrolment_id = enrolments.enrolment_id
    inner join steps
        on
            enrolments.programme_id = steps.programme_id
            and openings.activity_id = steps.activity_id
),

ranked as (
    select
        in_order.*,
        learning_sessions.learning_session_no,
        {{ micros_between(
            'learning_sessions.left_at', 'learning_sessions.first_event_at'
        ) }} as away_micros,
        row_number() over (
            partition by
                learning_sessions.enrolment_id, learning_sessions.learning_session_no
            order by in_order.opened_at asc, in_order.statement_id asc
        ) as opening_rank
    from in_order
    inner join learning_sessions
        on
            in_order.enrolment_id = learning_sessions.enrolment_id
            and in_order.opened_at >= learning_sessions.first_event_at
            and in_order.opened_at <= learning_sessions.last_event_at
)

select
    ---------- ids
    ranked.enrolment_id,
    ranked.learning_session_no,
    ranked.learner_key,
    ranked.programme_id,
    ranked.cohort_id,
    ---------- strings
    ranked.delivery_mode,
    ranked.outcome_category,
    ranked.business_unit,
    ranked.region,
    ---------- numerics
    ranked.left_step_no,
    ranked.step_no,
    {{ seconds_of_micros('ranked.away_micros') }} as away_seconds,
    ---------- dates
    {{ fiscal_quarter_start('ranked.opened_at') }} as resumed_quarter_date,
    ---------- timestamps
    ranked.opened_at as resumed_at,
    ---------- measures, null where the return is not in the base
    {{ measure('resume_continuity',
               'ranked.away_micros >= 60000000.0 * ' ~ var('resume_gap_minutes')
               ~ ' and coalesce(progress.path_finished_at > ranked.opened_at, true)',
               'ranked.step_no - ranked.left_step_no between 0 and 1') }}
from ranked
left join progress on ranked.enrolment_id = progress.enrolment_id
where ranked.opening_rank = 1 and ranked.left_step_no is not null
