-- Each enrolment with its clock, and whether the clock has run out by the time up to
-- which completions, and all activity, of its programme are known.
with

clocks as (
    select * from {{ ref('int_enrolment_clocks') }}
),

known_until as (
    select * from {{ ref('int_programmes_known_until') }}
)

select
    clocks.*,
    -- A programme whose sources have all ended has no running enrolments.
    coalesce(known_until.is_ended, false)
    or coalesce(clocks.matured_at <= known_until.as_of, false) as is_matured,
    coalesce(known_until.is_ended, false)
    or coalesce(clocks.matured_at <= known_until.activity_as_of, false)
        as is_activity_known,
    known_until.as_of,
    known_until.activity_as_of
from clocks
left join known_until on clocks.programme_id = known_until.programme_id
