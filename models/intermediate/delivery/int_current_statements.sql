-- Deduplicated and voided once, then kept: everything to the right reads this table.
{{ config(materialized='table') }}

with

statements as (
    select * from {{ ref('stg_xapi__statements') }}
)

select
    *,
    {{ row_key(['object_id', 'parent_ids', 'grouping_ids']) }} as context_key
from statements
