-- The room that statements name: of meetings that no report of a vendor tells of, the
-- only name that comes back from one opening to the next.
with

statements as (
    select * from {{ ref('int_current_statements') }}
)

select
    source,
    technical_session_id,
    min(object_id) as room_id
from statements
where
    technical_session_id is not null
    and activity_kind = 'live_session'
    and verb in ('joined', 'left')
group by source, technical_session_id
