with

committed as (
    {{ committed_reports('observations') }}
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
                'stage',
                'behaviour',
            ],
            content=[
                'score',
                'observed_at',
                'observer_kind',
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
        stage,
        behaviour,
        observer_kind,
        ---------- numerics
        score,
        ---------- timestamps
        observed_at
    from ranked
    where report_rank = 1
)

select * from renamed
