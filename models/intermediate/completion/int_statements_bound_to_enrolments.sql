-- The episode that a statement is evidence of: the one of its registration, else the
-- learner's episode in that cohort, else the one that was running at the time.
{{ config(
    materialized='incremental',
    unique_key='statement_id',
    meta={'touched': 'touched_evidence', 'hands_on': ['enrolment_id']},
) }}

with

statements as (
    select * from {{ ref('int_statements_bound_to_programmes') }}
    where programme_id is not null and learner_key is not null
    {{ only_touched('touched_evidence', 'statement_id', 'and') }}
),

episodes as (
    select
        enrolment_id,
        learner_key,
        programme_id,
        cohort_id,
        registration,
        delivery_mode,
        time_zone,
        clock_started_at
    from {{ ref('int_enrolment_episodes') }}
),

registered_episodes as (
    select
        learner_key,
        programme_id,
        registration,
        min(enrolment_id) as enrolment_id
    from episodes
    where registration is not null
    group by learner_key, programme_id, registration
    having count(*) = 1
),

by_registration as (
    select
        statements.*,
        -- An undated waiver, deferral or withdrawal names the registration it is about.
        coalesce(statements.occurred_at, statements.interval_started_at) as bound_at,
        registered_episodes.enrolment_id as registered_enrolment_id
    from statements
    left join registered_episodes
        on
            statements.learner_key = registered_episodes.learner_key
            and statements.programme_id = registered_episodes.programme_id
            and statements.registration = registered_episodes.registration
),

by_closeness as (
    select
        by_registration.statement_id,
        episodes.enrolment_id,
        row_number() over (
            partition by by_registration.statement_id
            order by
                case
                    when by_registration.cohort_id = episodes.cohort_id then 0 else 1
                end asc,
                case
                    when episodes.clock_started_at > by_registration.bound_at then 1
                    else 0
                end asc,
                abs(
                    {{ epoch_micros('by_registration.bound_at') }}
                    - {{ epoch_micros('episodes.clock_started_at') }}
                ) asc nulls last,
                episodes.enrolment_id asc
        ) as closeness_rank
    from by_registration
    inner join episodes
        on
            by_registration.learner_key = episodes.learner_key
            and by_registration.programme_id = episodes.programme_id
    where by_registration.registered_enrolment_id is null
),

chosen as (
    select
        by_registration.*,
        coalesce(
            by_registration.registered_enrolment_id, by_closeness.enrolment_id
        ) as chosen_enrolment_id
    from by_registration
    left join by_closeness
        on
            by_registration.statement_id = by_closeness.statement_id
            and by_closeness.closeness_rank = 1
)

select
    chosen.statement_id,
    episodes.enrolment_id,
    chosen.source,
    chosen.learner_key,
    chosen.programme_id,
    episodes.cohort_id,
    episodes.delivery_mode,
    episodes.time_zone as cohort_time_zone,
    chosen.role,
    chosen.phase_no,
    chosen.object_id,
    chosen.registration,
    chosen.technical_session_id,
    chosen.video_session_id,
    chosen.verb,
    chosen.activity_kind,
    chosen.language,
    chosen.platform,
    chosen.launch_mode,
    chosen.move_on,
    chosen.played_segments,
    chosen.satisfied_reason,
    chosen.event_name,
    chosen.device_kind,
    chosen.score_scaled,
    chosen.score_raw,
    chosen.mastery_score,
    chosen.duration_seconds,
    chosen.progress,
    chosen.video_length_seconds,
    chosen.video_time_seconds,
    chosen.video_time_from_seconds,
    chosen.video_time_to_seconds,
    chosen.completion_threshold,
    chosen.interaction_count,
    chosen.success,
    chosen.completion,
    chosen.is_cmi5_defined,
    chosen.is_learner_initiated,
    chosen.counts_as_start,
    chosen.is_completion,
    chosen.is_result,
    chosen.is_imputed,
    chosen.is_banked,
    chosen.occurred_at,
    chosen.stored_at,
    chosen.interval_started_at,
    chosen.due_at
from chosen
inner join episodes on chosen.chosen_enrolment_id = episodes.enrolment_id
