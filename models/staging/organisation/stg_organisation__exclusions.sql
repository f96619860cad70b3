{{ config(
    materialized='incremental',
    unique_key='learner_key',
) }}

with

committed as (
    {{ committed_reports('exclusions') }}
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
                "coalesce(programme_id, '')",
                'reason',
                'excluded_from',
            ],
            content=[
                'programme_id',
                'excluded_until',
            ]
        ) }} as report_rank
    from of_learners
),

renamed as (
    select
        ---------- ids
        learner_key,
        nullif(programme_id, '') as programme_id,
        ---------- strings
        reason,
        ---------- dates
        excluded_from,
        excluded_until
    from ranked
    where report_rank = 1
)

select * from renamed
