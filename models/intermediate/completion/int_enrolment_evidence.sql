-- What the statements of an enrolment show: the first activity, the finish, and the
-- grade on the programme itself. A finish counts unless it is taken back later.
{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={'touched': 'touched_enrolments'},
) }}

with

statements as (
    select * from {{ ref('int_statements_bound_to_enrolments') }}
    {{ only_touched('touched_enrolments', 'enrolment_id') }}
),

cmi5_activities as (
    select * from {{ ref('int_cmi5_activities') }}
    {{ only_touched('touched_enrolments', 'enrolment_id') }}
),

clocks as (
    select * from {{ ref('int_enrolment_clocks') }}
),

-- A unit with a rule for moving on is not finished by its own completion statement.
with_move_on_rules as (
    select
        statements.*,
        clocks.matured_at,
        cmi5_activities.move_on is not null as has_move_on_rule
    from statements
    left join cmi5_activities
        on
            statements.enrolment_id = cmi5_activities.enrolment_id
            and statements.registration = cmi5_activities.registration
            and statements.object_id = cmi5_activities.activity_id
    left join clocks on statements.enrolment_id = clocks.enrolment_id
),

classified as (
    select
        enrolment_id,
        object_id,
        occurred_at,
        is_imputed,
        success,
        verb,
        score_scaled,
        is_learner_initiated,
        is_result,
        counts_as_start,
        coalesce(occurred_at <= matured_at, true) as is_in_time,
        role = 'programme'
        and not has_move_on_rule
        and (is_completion or coalesce(completion, false))
        and coalesce(completion, true) as is_finish,
        role = 'programme' and {{ takes_back_completion() }} as takes_back_finish,
        role = 'programme' and verb = 'waived' as is_waiver,
        role = 'programme' and verb = 'deferred' as is_deferral,
        satisfied_reason,
        due_at,
        role = 'programme'
        and (verb in ('passed', 'failed') or (is_completion and success is not null))
        and not is_banked
        and (is_cmi5_defined or not has_move_on_rule) as is_grade,
        role = 'programme' and verb in ('earned', 'scored') and not is_banked
            as is_mark
    from with_move_on_rules
    union all
    select
        enrolment_id,
        activity_id as object_id,
        satisfied_at as occurred_at,
        false as is_imputed,
        cast(null as boolean) as success,
        'satisfied' as verb,
        cast(null as double) as score_scaled,
        false as is_learner_initiated,
        false as is_result,
        false as counts_as_start,
        false as is_in_time,
        true as is_finish,
        false as takes_back_finish,
        false as is_waiver,
        false as is_deferral,
        cast(null as {{ dbt.type_string() }}) as satisfied_reason,
        cast(null as timestamp) as due_at,
        false as is_grade,
        false as is_mark
    from cmi5_activities
    where role = 'programme' and move_on is not null and is_satisfied
),

judged as (
    select
        *,
        is_finish and not {{ is_taken_back(
            'takes_back_finish', ['enrolment_id', 'object_id']
        ) }} as is_standing_finish,
        takes_back_finish
        and max(case when is_finish then 1 else 0 end) over (
            partition by enrolment_id, object_id
            order by occurred_at asc nulls first
        ) = 1 as is_revocation
    from classified
)

select
    enrolment_id,
    min(case when counts_as_start then occurred_at end) as first_activity_at,
    min(
        case
            when is_learner_initiated or is_result or is_finish then occurred_at
        end
    ) as first_evidence_at,
    max(case when is_in_time and is_learner_initiated then occurred_at end)
        as last_activity_at,
    min(case when is_standing_finish then occurred_at end) as finished_at,
    max(case when is_standing_finish then 1 else 0 end) = 1 as is_finished,
    min(
        case when is_standing_finish then case when is_imputed then 1 else 0 end end
    ) = 1 as is_finish_imputed,
    max(case when is_revocation then occurred_at end) as completion_revoked_at,
    max(case when is_waiver then 1 else 0 end) = 1 as is_waived,
    -- The last three are cmi5's words for a unit that something else satisfied.
    max(
        case
            when not is_waiver then null
            when satisfied_reason = 'exemption' then 'exemption'
            when satisfied_reason in (
                'equivalent',
                'Tested Out',
                'Equivalent AU',
                'Equivalent Outside Activity'
            ) then 'equivalent'
            else 'waiver'
        end
    ) as waiver_kind,
    max(case when is_deferral then 1 else 0 end) = 1 as is_deferred,
    max(case when is_deferral then due_at end) as deferred_due_at,
    max(
        case
            when is_grade
                then case when coalesce(success, verb = 'passed') then 1 else 0 end
        end
    ) = 1 as is_passed_as_a_whole,
    max(case when is_grade or is_mark then score_scaled end) as programme_score_scaled,
    max(occurred_at) as last_evidence_at
from judged
group by enrolment_id
