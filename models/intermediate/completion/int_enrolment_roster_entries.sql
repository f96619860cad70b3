-- The roster entries of learners whose learning may be analysed in the programme.
with

entries as (
    select * from {{ ref('int_roster_entries') }}
    where role = 'learner'
),

permitted as (
    {{ with_legal_basis('entries') }}
)

select
    {{ row_key([
        'learner_key', 'programme_id', 'cohort_id', 'registration', 'period_key'
    ]) }} as entry_key,
    *
from permitted
