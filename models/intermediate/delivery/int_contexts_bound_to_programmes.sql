-- A statement names its object and what surrounds it; the same names come back a
-- thousand times, so they are bound once here and joined to statements later.
{{ config(materialized='table') }}

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
),

mentioned as (
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
        mentioned.context_key,
        activities.programme_id,
        min(mentioned.distance) as distance,
        count(distinct mentioned.distance) as agreement,
        min(activities.cohort_id) as cohort_id,
        count(distinct activities.cohort_id) as cohort_count,
        min(case when mentioned.distance = 1 then activities.role end) as object_role,
        min(
            case when mentioned.distance = 1 then activities.phase_no end
        ) as phase_no
    from mentioned
    inner join activities on mentioned.activity_id = activities.activity_id
    group by mentioned.context_key, activities.programme_id
),

ranked as (
    select
        *,
        rank() over (
            partition by context_key order by agreement desc, distance asc
        ) as candidate_rank
    from candidates
),

best as (
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
from best
