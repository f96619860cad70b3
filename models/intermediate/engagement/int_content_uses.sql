-- Time of learning on content that the organisation lists, or on a known device. The
-- language of a statement is often that of the platform's screens: it counts where the
-- content exists in it, and is that of the original otherwise.
with

events as (
    select * from {{ ref('int_learning_events') }}
    where added_micros > 0
    {{ only_touched('touched_content', 'enrolment_id', 'and') }}
),

statements as (
    select
        statement_id,
        enrolment_id,
        programme_id,
        technical_session_id,
        object_id,
        {{ language_of('language') }} as said_language,
        device_kind
    from {{ ref('int_statements_bound_to_enrolments') }}
    {{ only_touched('touched_content', 'enrolment_id') }}
),

-- The device of one statement is that of all statements of its session of content.
session_devices as (
    select
        enrolment_id,
        technical_session_id,
        max(device_kind) as device_kind
    from statements
    where device_kind is not null and technical_session_id is not null
    group by enrolment_id, technical_session_id
),

versions as (
    select * from {{ ref('stg_organisation__content') }}
),

originals as (
    select
        programme_id,
        activity_id,
        coalesce(
            min(case when translation_kind = 'original' then content_language end),
            case when count(*) = 1 then min(content_language) end
        ) as original_language
    from versions
    group by programme_id, activity_id
),

described as (
    select
        events.enrolment_id,
        events.occurred_at,
        events.added_micros,
        statements.programme_id,
        statements.object_id,
        coalesce(said.content_language, originals.original_language)
            as content_language,
        coalesce(statements.device_kind, session_devices.device_kind) as device_kind,
        originals.activity_id is not null as is_listed
    from events
    inner join statements on events.statement_id = statements.statement_id
    left join session_devices
        on
            statements.enrolment_id = session_devices.enrolment_id
            and statements.technical_session_id = session_devices.technical_session_id
    left join originals
        on
            statements.programme_id = originals.programme_id
            and statements.object_id = originals.activity_id
    left join versions as said
        on
            statements.programme_id = said.programme_id
            and statements.object_id = said.activity_id
            and statements.said_language = said.content_language
)

select
    described.enrolment_id,
    described.occurred_at,
    described.added_micros,
    described.content_language,
    versions.translation_kind,
    described.device_kind
from described
left join versions
    on
        described.programme_id = versions.programme_id
        and described.object_id = versions.activity_id
        and described.content_language = versions.content_language
where described.is_listed or described.device_kind is not null
