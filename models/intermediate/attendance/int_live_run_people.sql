-- Who is in a run, as the tokens by which two reports are compared: the learner, and
-- the names of the learner.
{{ config(materialized='table') }}

with

connections as (
    select * from {{ ref('int_live_connections') }}
),

printed_names as (
    select * from {{ ref('stg_xapi__printed_names') }}
),

people as (
    select distinct
        source,
        technical_session_id,
        learner_key
    from connections
)

select
    source,
    technical_session_id,
    learner_key,
    learner_key as token,
    false as is_name,
    false as is_display_name
from people
union all
select
    people.source,
    people.technical_session_id,
    people.learner_key,
    printed_names.name_key as token,
    true as is_name,
    printed_names.is_display_name
from people
inner join printed_names on people.learner_key = printed_names.learner_key
