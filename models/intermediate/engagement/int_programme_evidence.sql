-- What the sources of a programme report at all: without a kind of evidence, nothing is
-- known of what it would show, and a programme that never shows it is no zero.
{{ config(
    materialized='incremental',
    unique_key='programme_id',
) }}

with

statements as (
    select * from {{ ref('int_statements_bound_to_enrolments') }}
    where not is_banked and occurred_at is not null and role <> 'live'
)

select
    programme_id,
    max(case when verb = 'initialized' then 1 else 0 end) = 1 as has_initialized,
    max(
        case
            when
                role in ('unit', 'pre_work', 'follow_up', 'practice')
                and (is_completion or completion)
                then 1
            else 0
        end
    ) = 1 as has_unit_completions
from statements
group by programme_id
