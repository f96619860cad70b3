{{ config(
    materialized='incremental',
    unique_key='learner_key',
) }}

with

committed as (
    {{ committed_reports('waivers') }}
),

of_learners as (
    {{ with_learners('committed', keeps_restricted=true) }}
),

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                'learner_key',
                'programme_id',
                "coalesce(cohort_id, '')",
            ],
            content=[
                'cohort_id',
                'reason',
                'waived_at',
                'waiver_kind',
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
        reason,
        case when waiver_kind = 'exempt' then 'exemption' else waiver_kind end
            as waiver_kind,
        ---------- timestamps
        waived_at
    from ranked
    where report_rank = 1
)

select * from renamed
