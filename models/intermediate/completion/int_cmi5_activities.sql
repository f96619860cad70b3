-- Whether a unit's own rule for moving on was met. Only cmi5-defined statements count;
-- a cmi5-allowed statement lacks the category of cmi5 and is no evidence here.
{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={'touched': 'touched_enrolments'},
) }}

with

statements as (
    select * from {{ ref('int_statements_bound_to_enrolments') }}
    where is_cmi5_defined and occurred_at is not null
    {{ only_touched('touched_enrolments', 'enrolment_id', 'and') }}
),

-- Only the launch carries mode and rule; an abandonment ends its session.
in_sessions as (
    select
        *,
        max(launch_mode) over (
            partition by enrolment_id, registration, technical_session_id
        ) as session_mode,
        min(case when verb = 'abandoned' then occurred_at end) over (
            partition by enrolment_id, registration, technical_session_id
        ) as abandoned_at
    from statements
),

with_validity as (
    select
        *,
        coalesce(session_mode, 'Normal') = 'Normal'
        and coalesce(
            technical_session_id is null or occurred_at <= abandoned_at, true
        ) as is_valid
    from in_sessions
),

by_activity as (
    select
        enrolment_id,
        registration,
        object_id as activity_id,
        min(role) as role,
        max(move_on) as move_on,
        count(
            distinct case when verb = 'launched' then technical_session_id end
        ) as launch_count,
        count(
            distinct case when verb = 'initialized' then technical_session_id end
        ) as session_count,
        count(
            distinct case when verb = 'abandoned' then technical_session_id end
        ) as abandoned_count,
        min(occurred_at) as first_seen_at,
        min(case when verb = 'waived' then occurred_at end) as waived_at,
        min(case when verb = 'satisfied' then occurred_at end) as reported_satisfied_at,
        min(
            case
                when is_valid and verb = 'completed' and coalesce(completion, true)
                    then occurred_at
            end
        ) as completed_at,
        min(
            case
                when
                    is_valid
                    and verb = 'passed'
                    and coalesce(success, true)
                    and coalesce(score_scaled >= mastery_score, true)
                    then occurred_at
            end
        ) as passed_at
    from with_validity
    group by enrolment_id, registration, object_id
),

moved_on as (
    select
        *,
        case
            when move_on = 'Completed' then completed_at
            when move_on = 'Passed' then passed_at
            when
                move_on = 'CompletedAndPassed'
                and completed_at is not null
                and passed_at is not null
                then greatest(completed_at, passed_at)
            when move_on = 'CompletedOrPassed' then least(completed_at, passed_at)
            when move_on = 'NotApplicable' then first_seen_at
        end as moved_on_at
    from by_activity
),

satisfied as (
    select
        *,
        least(waived_at, reported_satisfied_at, moved_on_at) as satisfied_at
    from moved_on
)

select
    enrolment_id,
    registration,
    activity_id,
    role,
    move_on,
    cast(launch_count as bigint) as launch_count,
    cast(session_count as bigint) as session_count,
    cast(abandoned_count as bigint) as abandoned_count,
    completed_at,
    passed_at,
    waived_at is not null as is_waived,
    -- Without the launch the rule is unknown, and so is whether it was met.
    case
        when satisfied_at is not null then true
        when move_on is not null then false
    end as is_satisfied,
    satisfied_at
from satisfied
