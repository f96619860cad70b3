-- The room that statements name. For meetings without a vendor's report it is the only
-- identifier that stays the same from one opening of the room to the next.
with

statements as (
    select * from {{ ref('int_live_statements') }}
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
