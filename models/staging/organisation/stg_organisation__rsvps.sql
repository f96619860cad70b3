with

committed as (
    {{ committed_reports('rsvps') }}
),

of_learners as (
    {{ with_learners('committed') }}
),

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                'planned_session_id',
                'learner_key',
            ],
            content=[
                'response',
                'role',
                'responded_at',
            ]
        ) }} as report_rank
    from of_learners
),

renamed as (
    select
        ---------- ids
        planned_session_id,
        learner_key,
        ---------- strings
        response,
        role,
        ---------- timestamps
        responded_at
    from ranked
    where report_rank = 1
)

select * from renamed
