with

committed as (
    {{ committed_reports('integrity_reviews') }}
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
                'reviewed_at',
            ],
            content=['is_upheld']
        ) }} as report_rank
    from of_learners
),

renamed as (
    select
        ---------- ids
        learner_key,
        programme_id,
        cast(null as {{ dbt.type_string() }}) as cohort_id,
        activity_id,
        ---------- booleans
        is_upheld,
        ---------- timestamps
        reviewed_at
    from ranked
    where report_rank = 1
)

select * from renamed
