-- A statement names its object and the activities around it. Many statements share one
-- such context, so that each context is bound once here and joined to statements later.
{{ config(
    materialized='incremental',
    unique_key='context_key',
    meta={'touched': 'touched_contexts'},
) }}

with

statements as (
    select * from {{ ref('int_current_statements') }}
),

activities as (
    select * from {{ ref('stg_organisation__activities') }}
),

contexts as (
    select distinct
        context_key,
        object_id,
        parent_ids,
        grouping_ids
    from statements
    {{ only_touched('touched_contexts', 'context_key') }}
),

mentions as (
    select
        context_key,
        object_id as activity_id,
        1 as distance
    from contexts
    union all
    select
        contexts.context_key,
        parent.element as activity_id,
        2 as distance
    from contexts {{ list_elements('contexts.parent_ids', 'parent') }}
    union all
    select
        contexts.context_key,
        surrounding.element as activity_id,
        3 as distance
    from contexts {{ list_elements('contexts.grouping_ids', 'surrounding') }}
),

candidates as (
    select
        mentions.context_key,
        activities.programme_id,
        min(mentions.distance) as distance,
        count(distinct mentions.distance) as agreement,
        min(activities.cohort_id) as cohort_id,
        count(distinct activities.cohort_id) as cohort_count,
        min(case when mentions.distance = 1 then activities.role end) as object_role,
        min(
            case when mentions.distance = 1 then activities.phase_no end
        ) as phase_no
    from mentions
    inner join activities on mentions.activity_id = activities.activity_id
    group by mentions.context_key, activities.programme_id
),

ranked as (
    select
        *,
        rank() over (
            partition by context_key order by agreement desc, distance asc
        ) as candidate_rank
    from candidates
),

best_candidates as (
    select
        *,
        count(*) over (partition by context_key) as equal_count
    from ranked
    where candidate_rank = 1
)

select
    context_key,
    programme_id,
    case when cohort_count = 1 then cohort_id end as cohort_id,
    coalesce(object_role, 'unit') as role,
    phase_no,
    equal_count > 1 as is_ambiguous
from best_candidates
