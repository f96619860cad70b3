-- Deduplication and voiding are done once, and every later model reads this table.
{{ config(materialized='table') }}

with

statements as (
    select * from {{ ref('stg_xapi__statements') }}
)

select
    *,
    {{ row_key(['object_id', 'parent_ids', 'grouping_ids']) }} as context_key
from statements
