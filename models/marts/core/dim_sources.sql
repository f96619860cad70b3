with

loads as (
    select * from {{ ref('stg_xapi__loads') }}
),

watermarks as (
    select * from {{ ref('int_source_watermarks') }}
),

statements as (
    select * from {{ ref('int_statements_bound_to_programmes') }}
),

people as (
    select distinct learner_key from {{ ref('stg_organisation__people') }}
),

enrolled as (
    select distinct learner_key from {{ ref('int_enrolment_episodes') }}
),

delivered as (
    select
        source,
        min(connector) as connector,
        count(*) as load_count,
        sum(read_count) as read_count,
        sum(landed_count) as landed_count,
        sum(replayed_count) as replayed_count,
        sum(rejected_count) as rejected_count,
        sum(conflicting_count) as conflicting_count,
        sum(undated_count) as undated_count,
        sum(row_count) as row_count
    from loads
    group by source
),

spoken as (
    select
        source,
        count(*) as statement_count,
        sum(case when programme_id is null then 1 else 0 end) as unbound_count,
        sum(case when verb = 'other' then 1 else 0 end) as unknown_verb_count
    from statements
    group by source
),

actors as (
    select distinct
        source,
        learner_key
    from statements
    where learner_key is not null
),

-- Known people are those on a roster or in the people's table.
matched as (
    select
        actors.source,
        count(*) as actor_count,
        sum(
            case
                when
                    people.learner_key is not null
                    or enrolled.learner_key is not null
                    then 1
                else 0
            end
        ) as matched_count
    from actors
    left join people on actors.learner_key = people.learner_key
    left join enrolled on actors.learner_key = enrolled.learner_key
    group by actors.source
)

select
    ---------- ids
    delivered.source,
    ---------- strings
    delivered.connector,
    ---------- numerics
    cast(delivered.load_count as bigint) as load_count,
    cast(delivered.read_count as bigint) as read_count,
    cast(delivered.landed_count as bigint) as landed_count,
    cast(delivered.replayed_count as bigint) as replayed_count,
    cast(delivered.rejected_count as bigint) as rejected_count,
    cast(delivered.conflicting_count as bigint) as conflicting_count,
    cast(delivered.undated_count as bigint) as undated_count,
    cast(delivered.row_count as bigint) as row_count,
    cast(coalesce(spoken.statement_count, 0) as bigint) as statement_count,
    cast(coalesce(spoken.unbound_count, 0) as bigint) as unbound_count,
    cast(coalesce(spoken.unknown_verb_count, 0) as bigint) as unknown_verb_count,
    cast(matched.actor_count as bigint) as actor_count,
    cast(matched.matched_count as bigint) as matched_count,
    ---------- booleans
    watermarks.is_ended,
    ---------- timestamps
    watermarks.watermark_at
from delivered
left join spoken on delivered.source = spoken.source
left join matched on delivered.source = matched.source
left join watermarks on delivered.source = watermarks.source
