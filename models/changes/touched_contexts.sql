-- Contexts of changed statements; every context where the organisation's list of
-- activities changed.
{{ config(meta={'key': 'context_key'}) }}

with

changed_statements as (
    select * from {{ changes_of('int_current_statements') }}
),

changed_activities as (
    select * from {{ changes_of('stg_organisation__activities') }}
),

statements as (
    select * from {{ ref('int_current_statements') }}
)

select context_key from changed_statements
union
select context_key from statements
where exists (select 1 from changed_activities)
