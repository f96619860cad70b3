-- The recording of a live session that the organisation reports; of several, the one
-- that could be watched first.
with

recordings as (
    select * from {{ ref('stg_organisation__recordings') }}
),

session_references as (
    select * from {{ ref('int_session_references') }}
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
)

select
    session_id,
    activity_id,
    has_transcript,
    is_searchable,
    published_at
from ranked
where publication_rank = 1
