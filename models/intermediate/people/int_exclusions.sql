-- Who is left out of KPIs, when and why: the organisation's list of exclusions, and the
-- long leaves in the table of people. A day is one of the organisation's zone.
{{ config(
    materialized='incremental',
    unique_key='learner_key',
) }}

{%- set organisation_zone = "'" ~ var('organisation_time_zone') ~ "'" %}

with

listed as (
    select * from {{ ref('stg_organisation__exclusions') }}
),

people as (
    select * from {{ ref('stg_organisation__people') }}
),

combined as (
    select
        learner_key,
        programme_id,
        reason,
        excluded_from,
        {{ day_after('excluded_until', '1') }} as excluded_before
    from listed
    union
    select
        learner_key,
        cast(null as {{ dbt.type_string() }}) as programme_id,
        'long_leave' as reason,
        leave_from as excluded_from,
        {{ day_after('leave_until', '1') }} as excluded_before
    from people
    where leave_from is not null or leave_until is not null
)

select
    learner_key,
    programme_id,
    reason,
    {{ utc_from_local('cast(excluded_from as timestamp)', organisation_zone) }}
        as excluded_from_at,
    {{ utc_from_local('cast(excluded_before as timestamp)', organisation_zone) }}
        as excluded_until_at
from combined
