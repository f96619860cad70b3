with

enrolments as (
    select * from {{ source('organisation', 'enrolments') }}
),

loads as (
    select load_id from {{ source('xapi', 'loads') }}
),

learner_links as (
    select * from {{ ref('stg_xapi__learner_links') }}
),

restricted_learners as (
    select * from {{ ref('stg_xapi__restricted_learners') }}
),

committed as (
    select
        enrolments.*,
        coalesce(
            learner_links.learner_key, enrolments.actor_key
        ) as learner_key
    from enrolments
    inner join loads on enrolments.load_id = loads.load_id
    left join learner_links
        on enrolments.actor_key = learner_links.actor_key
    left join restricted_learners
        on
            coalesce(learner_links.learner_key, enrolments.actor_key)
            = restricted_learners.learner_key
    where restricted_learners.learner_key is null
),

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                'learner_key',
                'programme_id',
                "coalesce(cohort_id, '')",
                "coalesce(registration, '')",
                "coalesce(period_key, '')",
                "coalesce(role, 'learner')",
            ],
            content=[
                'cohort_id',
                'registration',
                'role',
                'period_key',
                'segment',
                'business_unit',
                'region',
                'language',
                'tenure_band',
                'prior_completion_band',
                'previous_attempts',
                'studied_credits',
                'is_withdrawn',
                'is_waived',
                'enrolled_at',
                'withdrawn_at',
                'due_at',
            ]
        ) }} as report_rank
    from committed
),

renamed as (
    select
        ---------- ids
        source,
        learner_key,
        programme_id,
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
        coalesce(is_waived, false) as is_waived,
        ---------- timestamps
        enrolled_at,
        withdrawn_at,
        due_at
    from ranked
    where report_rank = 1
)

select * from renamed
