-- Deduplication and voiding are done once, and every later model reads this table.
{{ config(
    materialized='incremental',
    unique_key='statement_id',
    meta={'touched': 'touched_statements', 'hands_on': ['context_key']},
) }}

with

statements as (
    select * from {{ ref('stg_xapi__statements') }}
    {{ only_touched('touched_statements', 'statement_id') }}
)

select
    *,
    {{ row_key(
        ['object_id', list_text('parent_ids'), list_text('grouping_ids')]
    ) }} as context_key
from statements
