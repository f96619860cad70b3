with

committed as (
    {{ committed_reports('ratings') }}
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
                'activity_id',
                'rater_no',
            ],
            content=[
                'score',
                'standard',
                'rated_at',
                'rater_kind',
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
        activity_id,
        ---------- strings
        rater_kind,
        ---------- numerics
        rater_no,
        score,
        standard,
        ---------- timestamps
        rated_at
    from ranked
    where report_rank = 1
)

select * from renamed
