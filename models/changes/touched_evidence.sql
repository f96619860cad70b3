-- Statements whose enrolment may have changed: those that changed themselves, and those
-- of a learner in a programme with a changed enrolment.
{{ config(meta={'key': 'statement_id'}) }}

with

changed_statements as (
    select * from {{ changes_of('int_statements_bound_to_programmes') }}
),

changed_clocks as (
    select distinct
        learner_key,
        programme_id
    from {{ changes_of('int_enrolment_clocks') }}
),

statements as (
    select * from {{ ref('int_statements_bound_to_programmes') }}
)

select statement_id from changed_statements
union
select statements.statement_id
from statements
inner join changed_clocks
    on
        statements.learner_key = changed_clocks.learner_key
        and statements.programme_id = changed_clocks.programme_id
