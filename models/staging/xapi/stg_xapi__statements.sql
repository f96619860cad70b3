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

learner_links as (
    select * from {{ ref('stg_xapi__learner_links') }}
),

restricted_learners as (
    select * from {{ ref('stg_xapi__restricted_learners') }}
),

in_force as (
    select
        first_bodies.*,
        -- Somebody did something: that much is known of a verb that nobody listed.
        coalesce(verbs.verb, 'other') as verb,
        coalesce(verbs.is_learner_initiated, verbs.verb is null)
            as is_learner_initiated,
        coalesce(verbs.counts_as_start, false) as counts_as_start,
        coalesce(verbs.is_completion, false) as is_completion,
        coalesce(verbs.is_result, false) as is_result,
        -- A register says of those who stayed away that they attended, not completed.
        coalesce(verbs.verb = 'attended' and not first_bodies.completion, false)
            as is_absence
    from first_bodies
    left join verbs on first_bodies.verb_id = verbs.verb_iri
),

voided as (
    select distinct lower(object_id) as statement_id
    from in_force
    where verb = 'voided' and object_kind = 'statement_ref'
),

not_voided as (
    select in_force.*
    from in_force
    left join voided on lower(in_force.statement_id) = voided.statement_id
    where
        voided.statement_id is null
        and in_force.verb <> 'voided'
),

renamed as (
    select
        ---------- ids
        not_voided.statement_id,
        not_voided.source,
        coalesce(learner_links.learner_key, not_voided.actor_key) as learner_key,
        not_voided.actor_kind,
        not_voided.verb_id,
        not_voided.object_id,
        not_voided.registration,
        not_voided.technical_session_id,
        not_voided.instructor_key,
        not_voided.team_key,
        not_voided.parent_ids,
        not_voided.grouping_ids,
        not_voided.category_ids,
        not_voided.video_session_id,
        not_voided.activity_type,
        ---------- strings
        not_voided.verb,
        not_voided.object_kind,
        case
            when not_voided.activity_type is not null
                then coalesce(activity_types.activity_kind, 'other')
        end as activity_kind,
        not_voided.activity_name,
        not_voided.language,
        not_voided.platform,
        not_voided.launch_mode,
        not_voided.move_on,
        not_voided.satisfied_reason,
        not_voided.played_segments,
        not_voided.event_name,
        ---------- numerics
        coalesce(
            not_voided.score_scaled,
            case
                when
                    not_voided.score_max > 0
                    and coalesce(not_voided.score_min, 0) = 0
                    and not_voided.score_raw between 0 and not_voided.score_max
                    then not_voided.score_raw / not_voided.score_max
            end
        ) as score_scaled,
        not_voided.score_raw,
        not_voided.score_min,
        not_voided.score_max,
        not_voided.mastery_score,
        not_voided.duration_seconds,
        not_voided.progress,
        not_voided.video_length_seconds,
        not_voided.video_time_seconds,
        not_voided.video_time_from_seconds,
        not_voided.video_time_to_seconds,
        not_voided.completion_threshold,
        not_voided.interaction_count,
        ---------- booleans
        not_voided.success,
        not_voided.completion,
        coalesce(
            {{ list_has('not_voided.category_ids', cmi5_category) }}, false
        ) as is_cmi5_defined,
        not_voided.is_learner_initiated and not not_voided.is_absence
            as is_learner_initiated,
        not_voided.counts_as_start and not not_voided.is_absence as counts_as_start,
        not_voided.is_completion,
        not_voided.is_result,
        coalesce(not_voided.is_imputed, false) as is_imputed,
        coalesce(not_voided.is_banked, false) as is_banked,
        ---------- timestamps
        coalesce(not_voided.occurred_at, not_voided.first_stored_at) as occurred_at,
        not_voided.first_stored_at as stored_at,
        not_voided.interval_started_at,
        not_voided.planned_start_at,
        not_voided.due_at
    from not_voided
    left join learner_links on not_voided.actor_key = learner_links.actor_key
    left join activity_types
        on not_voided.activity_type = activity_types.activity_type_iri
    left join restricted_learners
        on
            coalesce(learner_links.learner_key, not_voided.actor_key)
            = restricted_learners.learner_key
    where restricted_learners.learner_key is null
)

select * from renamed
