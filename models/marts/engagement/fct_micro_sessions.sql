{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={
        'touched': 'touched_self_paced',
        'hands_on': ['programme_id', 'cohort_id'],
        'has_measures': true,
    },
) }}

with

learning_sessions as (
    select * from {{ ref('int_learning_sessions') }}
    {{ only_touched('touched_self_paced', 'enrolment_id') }}
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
    where exclusion_reason is null
),

learners as (
    select * from {{ ref('dim_learners') }}
),

units as (
    select * from {{ ref('int_learning_session_units') }}
    {{ only_touched('touched_self_paced', 'enrolment_id') }}
),

evidence as (
    select * from {{ ref('int_programme_evidence') }}
),

bounded as (
    select
        *,
        {{ epoch_micros('last_event_at') }}
        + 60000000.0 * {{ var('idle_gap_minutes') }} as until_us,
        lead(first_event_at) over (
            partition by enrolment_id order by learning_session_no asc
        ) as next_event_at
    from learning_sessions
),

described as (
    select
        bounded.*,
        enrolments.learner_key,
        enrolments.programme_id,
        enrolments.cohort_id,
        enrolments.delivery_mode,
        enrolments.outcome_category,
        enrolments.business_unit,
        enrolments.region,
        enrolments.matured_quarter_date,
        learners.time_zone,
        units.has_completed_opened_unit,
        coalesce(units.completed_unit_count, 0) as completed_unit_count,
        coalesce(evidence.has_unit_completions, false) as has_unit_completions,
        bounded.active_micros >= 60000000.0 * {{ var('micro_session_minutes_least') }}
        and bounded.active_micros
        <= 60000000.0 * {{ var('micro_session_minutes_most') }} as is_micro,
        {{ add_days('bounded.last_event_at', 7) }} as return_by,
        -- Whoever has finished or withdrawn is not expected back.
        enrolments.completion_rate_denominator = 1
        and coalesce(
            {{ epoch_micros('enrolments.completed_at') }} > bounded.until_us, true
        )
        and coalesce(
            enrolments.withdrawn_at > bounded.last_event_at,
            enrolments.withdrawn_at is null
        ) as is_expected_back,
        enrolments.matured_at
    from bounded
    inner join enrolments on bounded.enrolment_id = enrolments.enrolment_id
    inner join learners on enrolments.learner_key = learners.learner_key
    left join evidence on enrolments.programme_id = evidence.programme_id
    left join units
        on
            bounded.enrolment_id = units.enrolment_id
            and bounded.learning_session_no = units.learning_session_no
)

select
    ---------- ids
    enrolment_id,
    learning_session_no,
    learner_key,
    programme_id,
    cohort_id,
    ---------- strings
    delivery_mode,
    outcome_category,
    business_unit,
    region,
    ---------- numerics
    event_count,
    offline_event_count,
    cast(completed_unit_count as bigint) as completed_unit_count,
    {{ seconds_of_micros('active_micros') }} as active_seconds,
    {{ seconds_of_micros('excess_micros') }} as excess_claimed_seconds,
    {{ whole_days('last_event_at', 'next_event_at') }} as days_until_next,
    ---------- booleans
    is_micro,
    ---------- dates
    cast({{ local_timestamp('first_event_at', 'time_zone') }} as date) as active_date,
    {{ fiscal_quarter_start('first_event_at') }} as active_quarter_date,
    matured_quarter_date,
    ---------- timestamps
    first_event_at,
    last_event_at,
    ---------- measures, null where the learning session is not in the base
    cast(case when stored_event_count > 0 then offline_event_count end as bigint)
        as offline_share_numerator,
    nullif(stored_event_count, 0) as offline_share_denominator,
    {{ measure('micro_session_share', 'is_micro is not null', 'is_micro') }},
    {{ measure('unit_completed_in_session',
               'has_unit_completions and has_completed_opened_unit is not null',
               'has_completed_opened_unit') }},
    {{ measure('return_within_7d', 'is_expected_back and return_by <= matured_at',
               'next_event_at <= return_by') }}
from described
