-- How many people two runs share, for the pairs whose people decide: runs that began at
-- the same time, and a run with the next one of its room. A name is compared with a
-- name where one of the two people is known by it only.
with

close_reports as (
    select * from {{ ref('int_close_reports') }}
),

successions as (
    select * from {{ ref('int_room_successions') }}
),

pairs as (
    select
        source,
        technical_session_id,
        other_session_id
    from close_reports
    union
    select
        source,
        technical_session_id,
        previous_session_id as other_session_id
    from successions
),

people as (
    select * from {{ ref('int_live_run_people') }}
),

hosts as (
    select distinct
        hosts.source,
        hosts.technical_session_id,
        coalesce(people.token, hosts.learner_key) as token,
        coalesce(people.is_name, false) as is_name,
        coalesce(people.is_display_name, false) as is_display_name
    from {{ ref('int_live_run_hosts') }} as hosts
    left join people
        on
            hosts.source = people.source
            and hosts.technical_session_id = people.technical_session_id
            and hosts.learner_key = people.learner_key
),

counted as (
    select
        source,
        technical_session_id,
        count(distinct learner_key) as people_count
    from people
    group by source, technical_session_id
),

shared as (
    select
        pairs.source,
        pairs.technical_session_id,
        pairs.other_session_id,
        count(distinct people.learner_key) as shared_count
    from pairs
    inner join people
        on
            pairs.source = people.source
            and pairs.technical_session_id = people.technical_session_id
    inner join people as others
        on
            pairs.source = others.source
            and pairs.other_session_id = others.technical_session_id
            and people.token = others.token
            and people.is_name = others.is_name
    where
        not people.is_name or people.is_display_name or others.is_display_name
    group by pairs.source, pairs.technical_session_id, pairs.other_session_id
),

shared_hosts as (
    select distinct
        pairs.source,
        pairs.technical_session_id,
        pairs.other_session_id
    from pairs
    inner join hosts
        on
            pairs.source = hosts.source
            and pairs.technical_session_id = hosts.technical_session_id
    inner join hosts as others
        on
            pairs.source = others.source
            and pairs.other_session_id = others.technical_session_id
            and hosts.token = others.token
            and hosts.is_name = others.is_name
    where not hosts.is_name or hosts.is_display_name or others.is_display_name
)

select
    shared.source,
    shared.technical_session_id,
    shared.other_session_id,
    cast(shared.shared_count as bigint) as shared_count,
    cast(least(counted.people_count, others_counted.people_count) as bigint)
        as fewest_count,
    shared_hosts.technical_session_id is not null as has_same_host
from shared
inner join counted
    on
        shared.source = counted.source
        and shared.technical_session_id = counted.technical_session_id
inner join counted as others_counted
    on
        shared.source = others_counted.source
        and shared.other_session_id = others_counted.technical_session_id
left join shared_hosts
    on
        shared.source = shared_hosts.source
        and shared.technical_session_id = shared_hosts.technical_session_id
        and shared.other_session_id = shared_hosts.other_session_id
