with

committed as (
    {{ committed_reports('enrolments') }}
),

of_learners as (
    {{ with_learners('committed') }}
),

renamed as (
    select
        ---------- ids
        source,
        delivery_id,
        learner_key,
        nullif(programme_id, '') as programme_id,
        cohort_id,
        registration,
        ---------- strings
        coalesce(role, 'learner') as role,
        period_key,
        segment,
        business_unit,
        region,
        language,
        tenure_band,
        prior_completion_band,
        ---------- numerics
        previous_attempts,
        studied_credits,
        ---------- booleans
        is_withdrawn,
        is_waived,
        ---------- timestamps
        reported_at,
        enrolled_at,
        withdrawn_at,
        due_at,
        ends_at
    from of_learners
)

select * from renamed
