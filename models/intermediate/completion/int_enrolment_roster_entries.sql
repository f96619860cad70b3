-- The roster entries of learners whose learning may be analysed in the programme.
with

entries as (
    select * from {{ ref('int_roster_entries') }}
    where role = 'learner'
),

programmes as (
    select * from {{ ref('stg_organisation__programmes') }}
),

consents as (
    select * from {{ ref('stg_organisation__consents') }}
),

permitted as (
    select entries.*
    from entries
    left join programmes on entries.programme_id = programmes.programme_id
    left join consents
        on
            entries.programme_id = consents.programme_id
            and entries.learner_key = consents.learner_key
    where {{ may_be_analysed('programmes.legal_basis', 'consents.is_given') }}
)

select
    {{ row_key([
        'learner_key', 'programme_id', 'cohort_id', 'registration', 'period_key'
    ]) }} as entry_key,
    *
from permitted
