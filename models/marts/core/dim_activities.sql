with

activities as (
    select * from {{ ref('stg_organisation__activities') }}
)

select
    ---------- ids
    {{ row_key(['activity_id', 'programme_id', 'cohort_id']) }} as activity_key,
    activity_id,
    programme_id,
    cohort_id,
    ---------- strings
    activity_name,
    role,
    ---------- numerics
    phase_no,
    weight,
    ---------- timestamps
    due_at
from activities
