-- Which roster entry and which interval of statements report the same enrolment: only a
-- learner's first interval can be the one that the roster means. The entry of the same
-- registration matches first, then the entry of the same cohort.
{{ config(
    materialized='incremental',
    unique_key='learner_key',
    meta={'touched': 'touched_enrolled_learners'},
) }}

with

entries as (
    select * from {{ ref('int_enrolment_roster_entries') }}
    {{ only_touched('touched_enrolled_learners', 'learner_key') }}
),

first_intervals as (
    select * from {{ ref('int_enrolment_intervals') }}
    where interval_no = 1
    {{ only_touched('touched_enrolled_learners', 'learner_key', 'and') }}
),

ranked as (
    select
        entries.learner_key,
        entries.entry_key,
        first_intervals.interval_key,
        first_intervals.registered_at,
        first_intervals.unregistered_at,
        first_intervals.is_unregistered,
        row_number() over (
            partition by first_intervals.interval_key
            order by
                case
                    when entries.registration = first_intervals.registration then 0
                    else 1
                end asc,
                case
                    when entries.cohort_id = first_intervals.cohort_id then 0
                    else 1
                end asc,
                entries.entry_key asc
        ) as match_rank
    from entries
    inner join first_intervals
        on
            entries.learner_key = first_intervals.learner_key
            and entries.programme_id = first_intervals.programme_id
            and coalesce(entries.cohort_id, first_intervals.cohort_id, '')
            = coalesce(first_intervals.cohort_id, entries.cohort_id, '')
            and coalesce(entries.registration, first_intervals.registration, '')
            = coalesce(first_intervals.registration, entries.registration, '')
)

select
    learner_key,
    entry_key,
    interval_key,
    registered_at,
    unregistered_at,
    is_unregistered
from ranked
where match_rank = 1
