-- Openings of activities. What belongs to one launch is found by the id of its session
-- of content, else by the order of statements about the activity. A session in which
-- content is only browsed or reviewed is no opening, nor is a tool beside the content.
{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
    meta={'touched': 'touched_enrolments'},
) }}
{%- set of_launches = "verb in ('launched', 'initialized', 'abandoned')" %}

with

statements as (
    select
        *,
        {{ row_key([
            'enrolment_id', 'object_id',
            "coalesce(technical_session_id, video_session_id, '')",
        ]) }} as content_key,
        coalesce(technical_session_id, video_session_id) is not null as has_session_id
    from {{ ref('int_statements_bound_to_enrolments') }}
    where
        verb in (
            'launched', 'initialized', 'abandoned', 'accessed', 'attempted',
            'experienced', 'opened', 'read', 'selected', 'viewed'
        )
        and role not in ('programme', 'live')
        and coalesce(activity_kind, '') not in (
            'ai_tutor', 'search_engine', 'message', 'badge', 'certificate', 'survey',
            'profile', 'leaderboard', 'lms'
        )
        and occurred_at is not null
        and not is_banked
        and coalesce(launch_mode, 'Normal') not in ('Browse', 'Review')
    {{ only_touched('touched_enrolments', 'enrolment_id', 'and') }}
),

preceded as (
    select
        *,
        verb = 'launched'
        or (
            verb = 'initialized'
            and coalesce(
                lag(verb) over (
                    partition by content_key
                    order by
                        occurred_at asc,
                        case verb when 'launched' then 0 else 1 end asc,
                        statement_id asc
                ),
                ''
            ) <> 'launched'
        ) as is_opening
    from statements
    where {{ of_launches }}
),

numbered as (
    select
        *,
        case
            when has_session_id then 0
            else sum(case when is_opening then 1 else 0 end) over (
                partition by content_key
                order by
                    occurred_at asc,
                    case verb when 'launched' then 0 else 1 end asc,
                    statement_id asc
                rows between unbounded preceding and current row
            )
        end as opening_no
    from preceded
)

select
    enrolment_id,
    object_id as activity_id,
    min(role) as role,
    min(case when verb <> 'abandoned' then statement_id end) as statement_id,
    max(case when verb = 'launched' then 1 else 0 end) = 1 as is_launched,
    max(case when verb = 'abandoned' then 1 else 0 end) = 1 as is_abandoned,
    max(case when is_cmi5_defined then 1 else 0 end) = 1 as is_cmi5_defined,
    max(event_name) as event_name,
    coalesce(
        min(case when verb = 'launched' then occurred_at end),
        min(case when verb = 'initialized' then occurred_at end)
    ) as opened_at,
    min(case when verb = 'initialized' then occurred_at end) as initialized_at
from numbered
where has_session_id or opening_no > 0
group by enrolment_id, object_id, content_key, opening_no
having max(case when verb <> 'abandoned' then 1 else 0 end) = 1
union all
select
    enrolment_id,
    object_id as activity_id,
    role,
    statement_id,
    false as is_launched,
    false as is_abandoned,
    is_cmi5_defined,
    event_name,
    occurred_at as opened_at,
    cast(null as timestamp) as initialized_at
from statements
where not ({{ of_launches }})
