with

session_keys as (
    select * from {{ ref('int_session_keys') }}
)

select
    ---------- ids
    join_key,
    cohort_id,
    ---------- strings
    key_type,
    policy,
    ---------- numerics
    phase_no,
    found_count,
    ---------- booleans
    untyped_cell is null as is_typed,
    is_ambiguous
from session_keys
