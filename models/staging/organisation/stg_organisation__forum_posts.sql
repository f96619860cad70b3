with

committed as (
    {{ committed_reports('forum_posts') }}
),

of_learners as (
    {{ with_learners('committed') }}
),

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                'learner_key',
                'programme_id',
                'posted_at',
            ],
            content=[
                'replied_at',
                'kind',
                'cohort_id',
            ]
        ) }} as report_rank
    from of_learners
),

renamed as (
    select
        ---------- ids
        learner_key,
        programme_id,
        cohort_id,
        ---------- strings
        coalesce(kind, 'post') as kind,
        ---------- timestamps
        posted_at,
        replied_at
    from ranked
    where report_rank = 1
)

select * from renamed
