-- Ids that a voiding statement names, in lower case. A voiding statement cannot be
-- voided.
{{ config(
    materialized='incremental',
    unique_key='statement_id',
) }}

with

statements as (
    select * from {{ ref('stg_xapi__statement_bodies') }}
),

verbs as (
    select * from {{ ref('stg_xapi__verbs') }}
)

select distinct lower(statements.object_id) as statement_id
from statements
inner join verbs on statements.verb_id = verbs.verb_iri
where verbs.verb = 'voided' and statements.object_kind = 'statement_ref'
