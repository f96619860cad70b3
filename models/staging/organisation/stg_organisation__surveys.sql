with

committed as (
    {{ committed_reports('surveys') }}
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
                "coalesce(cohort_id, '')",
                'question',
            ],
            content=[
                'answer',
                'answered_at',
                'asked_at',
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
        question,
        ---------- numerics
        answer,
        ---------- timestamps
        asked_at,
        answered_at
    from ranked
    where report_rank = 1
)

select * from renamed
