with

committed as (
    {{ committed_reports('recordings') }}
),

ranked as (
    select
        *,
        {{ report_rank(
            key=['cohort_id', 'session_starts_at'],
            content=[
                'published_at',
                'activity_id',
                'has_transcript',
                'is_searchable',
            ]
        ) }} as report_rank
    from committed
),

renamed as (
    select
        ---------- ids
        cohort_id,
        activity_id,
        ---------- booleans
        has_transcript,
        is_searchable,
        ---------- timestamps
        session_starts_at,
        published_at
    from ranked
    where report_rank = 1
)

select * from renamed
