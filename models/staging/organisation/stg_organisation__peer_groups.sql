with

committed as (
    {{ committed_reports('peer_groups') }}
),

of_learners as (
    {{ with_learners('committed') }}
),

-- Somebody was in a group once, however often it is reported.
renamed as (
    select distinct
        ---------- ids
        learner_key,
        cohort_id,
        ---------- strings
        group_name,
        ---------- dates
        met_on
    from of_learners
)

select * from renamed
