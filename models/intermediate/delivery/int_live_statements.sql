-- The statements that show who was in a live session, who led it and what was said
-- there. They are few, and a delivery of self-paced learning changes none of them.
{{ config(
    materialized='incremental',
    unique_key='statement_id',
    meta={'touched': 'touched_live_statements'},
) }}

with

statements as (
    select * from {{ ref('int_current_statements') }}
    {{ only_touched('touched_live_statements', 'statement_id') }}
)

select * from statements
where
    actor_kind = 'group'
    or (technical_session_id is not null and instructor_key is not null)
    or (
        (technical_session_id is not null or activity_kind = 'live_session')
        and verb in (
            'answered',
            'asked',
            'attended',
            'commented',
            'joined',
            'left',
            'posted',
            'reacted',
            'replied',
            'voted'
        )
    )
