{{ config(
    materialized='incremental',
    unique_key='session_id',
    meta={'hands_on': ['programme_id', 'cohort_id'], 'has_measures': true},
) }}

with

interactions as (
    select * from {{ ref('fct_live_interactions') }}
    where interaction_kind = 'answer' and not is_by_teacher
),

attendances as (
    select * from {{ ref('fct_session_attendances') }}
    where attendance_status <> 'excluded' and first_joined_at is not null
),

polls as (
    select
        session_id,
        activity_id,
        min(occurred_at) as first_answer_at,
        max(occurred_at) as last_answer_at
    from interactions
    group by session_id, activity_id
),

answers as (
    select distinct
        session_id,
        activity_id,
        learner_key
    from interactions
)

-- A poll is open from its first to its last answer. Whoever was connected at some time
-- between them could answer it, and whoever answered could do so too.
select
    ---------- ids
    attendances.session_id,
    attendances.learner_key,
    attendances.enrolment_id,
    attendances.programme_id,
    attendances.cohort_id,
    polls.activity_id,
    ---------- strings
    attendances.delivery_mode,
    attendances.outcome_category,
    attendances.business_unit,
    attendances.region,
    ---------- dates
    attendances.session_quarter_date,
    ---------- measures
    {{ measure('poll_response_rate', 'true', 'answers.learner_key is not null') }}
from attendances
inner join polls on attendances.session_id = polls.session_id
left join answers
    on
        polls.session_id = answers.session_id
        and polls.activity_id = answers.activity_id
        and attendances.learner_key = answers.learner_key
where
    answers.learner_key is not null
    or coalesce(
        attendances.first_joined_at <= polls.last_answer_at
        and attendances.last_left_at >= polls.first_answer_at,
        true
    )
