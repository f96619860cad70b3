with

committed as (
    {{ committed_reports('credentials') }}
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
                'credential_name',
                'awarded_at',
            ],
            content=[
                'first_verified_at',
                'expires_at',
            ]
        ) }} as report_rank
    from of_learners
),

renamed as (
    select
        ---------- ids
        learner_key,
        programme_id,
        ---------- strings
        credential_name,
        ---------- timestamps
        awarded_at,
        expires_at,
        first_verified_at
    from ranked
    where report_rank = 1
)

select * from renamed
