{{ config(
    materialized='incremental',
    unique_key=['capability', 'programme_id'],
) }}

with

programmes as (
    select * from {{ ref('dim_programmes') }}
),

cohorts as (
    select * from {{ ref('dim_cohorts') }}
),

capabilities as (
    select
        'leaderboards' as capability,
        'statements about an activity of the kind leaderboard' as evidence_words
    union all
    select
        'offline_use' as capability,
        'statements that were stored long after they occurred' as evidence_words
    union all
    select
        'searchable_transcripts' as capability,
        'recordings of which it is listed that their transcript can be searched'
            as evidence_words
),

by_source as (
    select
        source,
        programme_id,
        sum(case when activity_kind = 'leaderboard' then 1 else 0 end) as used_count
    from {{ ref('int_statements_bound_to_enrolments') }}
    where is_learner_initiated
    group by source, programme_id
),

reporting as (
    select
        source,
        sum(used_count) as used_count
    from by_source
    group by source
),

-- A platform that reports leaderboards anywhere would report them wherever learners are
-- active on it.
leaderboards as (
    select
        by_source.programme_id,
        sum(by_source.used_count) as used_count,
        sum(reporting.used_count) as reported_count
    from by_source
    inner join reporting on by_source.source = reporting.source
    group by by_source.programme_id
),

offline_use as (
    select
        enrolments.programme_id,
        sum(learning_sessions.offline_event_count) as used_count,
        sum(learning_sessions.stored_event_count) as reported_count
    from {{ ref('int_learning_sessions') }} as learning_sessions
    inner join {{ ref('fct_enrolments') }} as enrolments
        on learning_sessions.enrolment_id = enrolments.enrolment_id
    group by enrolments.programme_id
),

transcripts as (
    select
        cohorts.programme_id,
        sum(case when recordings.is_searchable then 1 else 0 end) as used_count,
        sum(
            case
                when recordings.is_searchable is not null then 1
                when not recordings.has_transcript then 1
                else 0
            end
        ) as reported_count
    from {{ ref('stg_organisation__recordings') }} as recordings
    inner join cohorts on recordings.cohort_id = cohorts.cohort_id
    group by cohorts.programme_id
),

counted as (
    select
        'leaderboards' as capability,
        leaderboards.*
    from leaderboards
    union all
    select
        'offline_use' as capability,
        offline_use.*
    from offline_use
    union all
    select
        'searchable_transcripts' as capability,
        transcripts.*
    from transcripts
)

select
    ---------- ids
    capabilities.capability,
    programmes.programme_id,
    ---------- strings
    case
        when counted.used_count > 0 then 'in_use'
        when counted.reported_count > 0 then 'not_used'
        else 'no_evidence'
    end as state,
    capabilities.evidence_words,
    ---------- numerics
    cast(case when counted.reported_count > 0 then counted.used_count end as bigint)
        as used_count
from capabilities
cross join programmes
left join counted
    on
        capabilities.capability = counted.capability
        and programmes.programme_id = counted.programme_id
