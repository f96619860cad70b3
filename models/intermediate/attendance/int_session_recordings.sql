-- The recording of a live session that the organisation reports; of several, the one
-- that could be watched first. Where its address is not reported, it is the only
-- recording that is declared for a cohort with one recorded session.
with

recordings as (
    select * from {{ ref('stg_organisation__recordings') }}
),

session_references as (
    select * from {{ ref('int_session_references') }}
),

only_declared as (
    select
        cohort_id,
        min(activity_id) as activity_id
    from {{ ref('stg_organisation__activities') }}
    where role = 'recording' and cohort_id is not null
    group by cohort_id
    having count(distinct activity_id) = 1
),

ranked as (
    select
        session_references.session_id,
        recordings.*,
        row_number() over (
            partition by session_references.session_id
            order by
                recordings.published_at asc nulls last,
                recordings.session_starts_at asc
        ) as publication_rank
    from recordings
    inner join session_references
        on
            recordings.cohort_id = session_references.cohort_id
            and recordings.session_starts_at = session_references.session_starts_at
),

counted as (
    select
        *,
        count(*) over (partition by cohort_id) as recorded_session_count
    from ranked
    where publication_rank = 1
)

select
    counted.session_id,
    coalesce(counted.activity_id, only_declared.activity_id) as activity_id,
    counted.has_transcript,
    counted.is_searchable,
    counted.published_at
from counted
left join only_declared
    on
        counted.cohort_id = only_declared.cohort_id
        and counted.recorded_session_count = 1
