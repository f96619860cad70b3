with

committed as (
    {{ committed_reports('tutor_questions') }}
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
                'asked_at',
            ],
            content=[
                'programme_id',
                'is_answered',
                'is_escalated',
            ]
        ) }} as report_rank
    from of_learners
),

renamed as (
    select
        ---------- ids
        learner_key,
        programme_id,
        cast(null as {{ dbt.type_string() }}) as cohort_id,
        ---------- booleans
        is_answered,
        is_escalated,
        ---------- timestamps
        asked_at
    from ranked
    where report_rank = 1
)

select * from renamed
