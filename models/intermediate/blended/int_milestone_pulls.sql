-- How many units an enrolment finished, and how many of them in the days before a live
-- session of its cohort.
{{ config(
    materialized='incremental',
    unique_key='enrolment_id',
) }}

with

uses as (
    select * from {{ ref('int_activity_uses') }}
    where role = 'unit' and finished_at is not null
),

episodes as (
    select * from {{ ref('int_enrolment_episodes') }}
    where delivery_mode = 'hybrid'
),

sessions as (
    select * from {{ ref('int_live_sessions') }}
    where cohort_id is not null and has_attendance_evidence
),

finished as (
    select
        uses.enrolment_id,
        uses.activity_id,
        max(
            case
                when
                    uses.finished_at <= sessions.counts_from_at
                    and uses.finished_at
                    >= {{ add_days(
                        'sessions.counts_from_at', '-' ~ var('milestone_pull_days')
                    ) }}
                    then 1
                else 0
            end
        ) as is_pulled
    from uses
    inner join episodes on uses.enrolment_id = episodes.enrolment_id
    inner join sessions
        on
            episodes.programme_id = sessions.programme_id
            and episodes.cohort_id = sessions.cohort_id
    group by uses.enrolment_id, uses.activity_id
)

select
    enrolment_id,
    count(*) as unit_count,
    cast(sum(is_pulled) as bigint) as pulled_count
from finished
group by enrolment_id
