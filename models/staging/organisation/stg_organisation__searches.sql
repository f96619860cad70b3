with

committed as (
    {{ committed_reports('searches') }}
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
                'searched_at',
            ],
            content=[
                'programme_id',
                'result_count',
                'opened_at',
                'dwell_seconds',
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
        ---------- numerics
        result_count,
        dwell_seconds,
        ---------- timestamps
        searched_at,
        opened_at
    from ranked
    where report_rank = 1
)

select * from renamed
