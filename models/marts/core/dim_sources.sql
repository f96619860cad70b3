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

listed as (
    select learner_key from {{ ref('stg_organisation__people') }}
    where learner_key is not null
    union
    select learner_key from {{ ref('int_roster_entries') }}
    where learner_key is not null
),

enrolled as (
    select distinct learner_key from {{ ref('int_enrolment_episodes') }}
),

guests as (
    select distinct learner_key from {{ ref('stg_organisation__exclusions') }}
    where reason = 'guest'
),

delivery_counts as (
    select
        source,
        min(connector) as connector,
        count(*) as load_count,
        sum(case when superseded_by is null then read_count else 0 end) as read_count,
        sum(landed_count) as landed_count,
        sum(replayed_count) as replayed_count,
        sum(case when superseded_by is null then rejected_count else 0 end)
            as rejected_count,
        sum(case when superseded_by is null then 0 else rejected_count end)
            as superseded_count,
        sum(conflicting_count) as conflicting_count,
        sum(undated_count) as undated_count,
        sum(row_count) as row_count
    from loads
    group by source
),

statement_counts as (
    select
        source,
        count(*) as statement_count,
        sum(case when programme_id is null then 1 else 0 end) as unbound_count,
        sum(case when verb = 'other' then 1 else 0 end) as unknown_verb_count
    from statements
    group by source
),

-- Guests are known to be on no list, so that they are no people to be matched.
actors as (
    select distinct
        statements.source,
        statements.learner_key
    from statements
    left join guests on statements.learner_key = guests.learner_key
    where statements.learner_key is not null and guests.learner_key is null
),

-- Known people are those whom the organisation lists. Only where it lists nobody do the
-- enrolments that its platforms report say who is known: a platform enrols every
-- account that it has, so that beside a list they would make everybody known.
known as (
    select learner_key from listed
    union
    select learner_key from enrolled
    where not exists (select 1 from listed)
),

matched_actors as (
    select
        actors.source,
        count(*) as actor_count,
        count(known.learner_key) as matched_count
    from actors
    left join known on actors.learner_key = known.learner_key
    group by actors.source
)

select
    ---------- ids
    delivery_counts.source,
    ---------- strings
    delivery_counts.connector,
    ---------- numerics
    cast(delivery_counts.load_count as bigint) as load_count,
    cast(delivery_counts.read_count as bigint) as read_count,
    cast(delivery_counts.landed_count as bigint) as landed_count,
    cast(delivery_counts.replayed_count as bigint) as replayed_count,
    cast(delivery_counts.rejected_count as bigint) as rejected_count,
    cast(delivery_counts.superseded_count as bigint) as superseded_count,
    cast(delivery_counts.conflicting_count as bigint) as conflicting_count,
    cast(delivery_counts.undated_count as bigint) as undated_count,
    cast(delivery_counts.row_count as bigint) as row_count,
    cast(coalesce(statement_counts.statement_count, 0) as bigint) as statement_count,
    cast(coalesce(statement_counts.unbound_count, 0) as bigint) as unbound_count,
    cast(coalesce(statement_counts.unknown_verb_count, 0) as bigint)
        as unknown_verb_count,
    cast(matched_actors.actor_count as bigint) as actor_count,
    cast(matched_actors.matched_count as bigint) as matched_count,
    ---------- booleans
    watermarks.is_ended,
    ---------- timestamps
    watermarks.watermark_at
from delivery_counts
left join statement_counts on delivery_counts.source = statement_counts.source
left join matched_actors on delivery_counts.source = matched_actors.source
left join watermarks on delivery_counts.source = watermarks.source
