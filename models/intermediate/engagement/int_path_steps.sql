-- The steps of learning paths. A programme without a path has its units as steps, of
-- which the order is not known.
{{ config(
    materialized='incremental',
    unique_key='programme_id',
) }}

with

nodes as (
    select * from {{ ref('stg_organisation__path_nodes') }}
),

units as (
    select * from {{ ref('stg_organisation__activities') }}
    where role = 'unit'
),

programmes_with_paths as (
    select
        programme_id,
        max(case when requires_activity_id is not null then 1 else 0 end) = 1
            as has_conditions
    from nodes
    group by programme_id
)

select
    nodes.programme_id,
    cast(null as {{ dbt.type_string() }}) as cohort_id,
    nodes.activity_id,
    nodes.requires_activity_id,
    dense_rank() over (
        partition by nodes.programme_id order by nodes.position asc
    ) as step_no,
    nodes.is_required,
    programmes_with_paths.has_conditions
from nodes
inner join programmes_with_paths
    on nodes.programme_id = programmes_with_paths.programme_id
union all
select
    units.programme_id,
    units.cohort_id,
    units.activity_id,
    cast(null as {{ dbt.type_string() }}) as requires_activity_id,
    cast(null as bigint) as step_no,
    true as is_required,
    false as has_conditions
from units
left join programmes_with_paths
    on units.programme_id = programmes_with_paths.programme_id
where programmes_with_paths.programme_id is null
