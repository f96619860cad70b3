{%- set cmi5_category = "'https://w3id.org/xapi/cmi5/context/categories/cmi5'" -%}
with

first_bodies as (
    select * from {{ ref('stg_xapi__statement_bodies') }}
),

verbs as (
    select * from {{ ref('stg_xapi__verbs') }}
),

activity_types as (
    select * from {{ ref('stg_xapi__activity_types') }}
),

with_verbs as (
    select
        first_bodies.*,
        -- A verb that is not listed still shows that the actor did something.
        coalesce(verbs.verb, 'other') as verb,
        coalesce(verbs.is_learner_initiated, verbs.verb is null)
            as is_learner_initiated,
        coalesce(verbs.counts_as_start, false) as counts_as_start,
        coalesce(verbs.is_completion, false) as is_completion,
        coalesce(verbs.is_result, false) as is_result,
        -- Registers report an absence as attended with completion false.
        coalesce(verbs.verb = 'attended' and not first_bodies.completion, false)
            as is_absence
    from first_bodies
    left join verbs on first_bodies.verb_id = verbs.verb_iri
),

voided as (
    select * from {{ ref('stg_xapi__voided_statements') }}
),

not_voided as (
    select with_verbs.*
    from with_verbs
    left join voided on lower(with_verbs.statement_id) = voided.statement_id
    where
        voided.statement_id is null
        and with_verbs.verb <> 'voided'
),

of_learners as (
    {{ with_learners('not_voided') }}
),

renamed as (
    select
        ---------- ids
        of_learners.statement_id,
        of_learners.source,
        of_learners.learner_key,
        of_learners.actor_kind,
        of_learners.verb_id,
        of_learners.object_id,
        of_learners.registration,
        of_learners.technical_session_id,
        of_learners.instructor_key,
        of_learners.parent_ids,
        of_learners.grouping_ids,
        of_learners.video_session_id,
        of_learners.activity_type,
        ---------- strings
        of_learners.verb,
        case
            when of_learners.activity_type is not null
                then coalesce(activity_types.activity_kind, 'other')
        end as activity_kind,
        of_learners.language,
        of_learners.platform,
        of_learners.launch_mode,
        of_learners.move_on,
        of_learners.satisfied_reason,
        of_learners.played_segments,
        of_learners.event_name,
        of_learners.device_kind,
        ---------- numerics
        coalesce(
            of_learners.score_scaled,
            case
                when
                    of_learners.score_max > 0
                    and coalesce(of_learners.score_min, 0) = 0
                    and of_learners.score_raw between 0 and of_learners.score_max
                    then of_learners.score_raw / of_learners.score_max
            end
        ) as score_scaled,
        of_learners.score_raw,
        of_learners.mastery_score,
        of_learners.duration_seconds,
        of_learners.progress,
        of_learners.video_length_seconds,
        of_learners.video_time_seconds,
        of_learners.video_time_from_seconds,
        of_learners.video_time_to_seconds,
        of_learners.completion_threshold,
        of_learners.interaction_count,
        ---------- booleans
        of_learners.success,
        of_learners.completion,
        coalesce(
            {{ list_has('of_learners.category_ids', cmi5_category) }}, false
        ) as is_cmi5_defined,
        of_learners.is_learner_initiated and not of_learners.is_absence
            as is_learner_initiated,
        of_learners.counts_as_start and not of_learners.is_absence as counts_as_start,
        of_learners.is_completion,
        of_learners.is_result,
        coalesce(of_learners.is_imputed, false) as is_imputed,
        coalesce(of_learners.is_banked, false) as is_banked,
        ---------- timestamps
        coalesce(of_learners.occurred_at, of_learners.stored_at) as occurred_at,
        of_learners.stored_at,
        of_learners.interval_started_at,
        of_learners.planned_start_at,
        of_learners.due_at
    from of_learners
    left join activity_types
        on of_learners.activity_type = activity_types.activity_type_iri
)

select * from renamed
