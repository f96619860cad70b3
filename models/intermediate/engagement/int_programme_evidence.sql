-- What the sources of a programme report at all: without a kind of evidence, nothing is
-- known of what it would show, and a programme that never shows it is no zero.
{{ config(
    materialized='incremental',
    unique_key='programme_id',
) }}

with

statements as (
    select
        programme_id,
        verb = 'initialized' as is_initialized,
        role in ('unit', 'pre_work', 'follow_up', 'practice')
        and (is_completion or completion) as is_unit_completion,
        verb = 'searched' as is_search,
        event_name = 'deep_link' as is_deep_link,
        verb in ('posted', 'replied', 'commented', 'reviewed')
        and {{ is_for_people() }} as is_post,
        verb = 'earned' as is_badge,
        verb = 'asked' and activity_kind = 'ai_tutor' as is_tutor_question
    from {{ ref('int_statements_bound_to_enrolments') }}
    where not is_banked and occurred_at is not null and role <> 'live'
),

of_statements as (
    select
        programme_id,
        max(case when is_initialized then 1 else 0 end) as initialized,
        max(case when is_unit_completion then 1 else 0 end) as unit_completions,
        max(case when is_search or is_deep_link then 1 else 0 end) as direct_accesses,
        max(case when is_post then 1 else 0 end) as posts,
        max(case when is_badge then 1 else 0 end) as badges,
        max(case when is_tutor_question then 1 else 0 end) as tutor_questions
    from statements
    group by programme_id
),

of_tables as (
    select
        programme_id,
        'search' as kind
    from {{ ref('stg_organisation__searches') }}
    union
    select
        programme_id,
        'badge' as kind
    from {{ ref('stg_organisation__credentials') }}
    union
    select
        programme_id,
        'post' as kind
    from {{ ref('stg_organisation__forum_posts') }}
    union
    select
        programme_id,
        'tutor_question' as kind
    from {{ ref('stg_organisation__tutor_questions') }}
),

every_kind as (
    select * from of_statements
    union all
    select
        programme_id,
        0 as initialized,
        0 as unit_completions,
        case when kind = 'search' then 1 else 0 end as direct_accesses,
        case when kind = 'post' then 1 else 0 end as posts,
        case when kind = 'badge' then 1 else 0 end as badges,
        case when kind = 'tutor_question' then 1 else 0 end as tutor_questions
    from of_tables
    where programme_id is not null
)

select
    programme_id,
    max(initialized) = 1 as has_initialized,
    max(unit_completions) = 1 as has_unit_completions,
    max(direct_accesses) = 1 as has_direct_accesses,
    max(posts) = 1 as has_posts,
    max(badges) = 1 as has_badges,
    max(tutor_questions) = 1 as has_tutor_questions
from every_kind
group by programme_id
