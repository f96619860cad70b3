-- A calendar may repeat an answer without the reason that a reply gave for it.
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
        ) }} as report_rank,
        max(case when response = 'declined' then absence_category end) over (
            partition by planned_session_id, learner_key
        ) as reason_for_declining
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
        case when response = 'declined' then reason_for_declining end
            as absence_category,
        ---------- timestamps
        responded_at
    from ranked
    where report_rank = 1
)

select * from renamed
