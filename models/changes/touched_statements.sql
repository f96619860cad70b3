-- Statements that an increment reads from raw again: what the ledger of changes lists,
-- what a voiding names, and the statements of accounts whose person changed.
{{ config(meta={'key': 'statement_id'}) }}

with

ledger as (
    select * from {{ ref('stg_xapi__changed_statements') }}
),

bodies as (
    select * from {{ ref('stg_xapi__statement_bodies') }}
),

changed_voidings as (
    select * from {{ changes_of('stg_xapi__voided_statements') }}
),

changed_links as (
    select * from {{ changes_of('stg_xapi__learner_links') }}
),

changed_restrictions as (
    select * from {{ changes_of('stg_xapi__restricted_learners') }}
),

links as (
    select * from {{ ref('stg_xapi__learner_links') }}
),

changed_accounts as (
    select actor_key from changed_links
    union
    select learner_key as actor_key from changed_restrictions
    union
    select links.actor_key
    from links
    inner join changed_restrictions
        on links.learner_key = changed_restrictions.learner_key
)

select statement_id from ledger
where statement_id is not null
union
select bodies.statement_id
from bodies
inner join ledger on bodies.load_id = coalesce(ledger.load_id, bodies.load_id)
where ledger.statement_id is null
union
select bodies.statement_id
from bodies
inner join changed_voidings
    on lower(bodies.statement_id) = changed_voidings.statement_id
union
select bodies.statement_id
from bodies
inner join changed_accounts on bodies.actor_key = changed_accounts.actor_key
