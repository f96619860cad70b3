with

corrections as (
    select * from {{ source('organisation', 'corrections') }}
)

select
    ---------- ids
    subject_id,
    ---------- strings
    kind,
    label,
    label_words,
    ---------- timestamps
    holds_from
from corrections
