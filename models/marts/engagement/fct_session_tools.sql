{{ config(
    materialized='incremental',
    unique_key='session_id',
    meta={'hands_on': ['programme_id', 'cohort_id'], 'has_measures': true},
) }}

with

sessions as (
    select * from {{ ref('fct_session_delivery') }}
    where is_held
),

uses as (
    select
        session_id,
        count(*) as tool_use_count
    from {{ ref('fct_live_interactions') }}
    group by session_id
),

runs as (
    select distinct
        session_id,
        source
    from {{ ref('int_live_runs') }}
),

-- Of a platform that never reported any use, it is unknown whether there was one.
reporting_sources as (
    select distinct runs.source
    from runs
    inner join uses on runs.session_id = uses.session_id
),

reported_sessions as (
    select distinct runs.session_id
    from runs
    inner join reporting_sources on runs.source = reporting_sources.source
),

counted as (
    select
        sessions.*,
        coalesce(uses.tool_use_count, 0) as tool_use_count
    from sessions
    inner join reported_sessions on sessions.session_id = reported_sessions.session_id
    left join uses on sessions.session_id = uses.session_id
)

select
    ---------- ids
    session_id,
    programme_id,
    cohort_id,
    ---------- strings
    delivery_mode,
    outcome_category,
    business_unit,
    region,
    ---------- numerics
    audience_count,
    cast(tool_use_count as bigint) as tool_use_count,
    ---------- dates
    session_quarter_date,
    ---------- measures
    {{ measure('live_tool_use', 'true', 'tool_use_count > 0') }}
from counted
