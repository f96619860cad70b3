-- Every key that a planned session can be found by: its own identifier is the most
-- specific, then its series, then its room, then its title.
with

planned_sessions as (
    select * from {{ ref('int_planned_sessions') }}
),

keys as (
    select
        planned_session_id,
        planned_session_id as join_key,
        'session' as key_type,
        1 as specificity_rank
    from planned_sessions
    union all
    select
        planned_session_id,
        series_id as join_key,
        'series' as key_type,
        2 as specificity_rank
    from planned_sessions
    union all
    select
        planned_session_id,
        join_key,
        'meeting' as key_type,
        3 as specificity_rank
    from planned_sessions
    union all
    select
        planned_session_id,
        title_key as join_key,
        'title' as key_type,
        4 as specificity_rank
    from planned_sessions
)

select
    planned_session_id,
    join_key,
    key_type,
    cast(specificity_rank as bigint) as specificity_rank
from keys
where join_key is not null
