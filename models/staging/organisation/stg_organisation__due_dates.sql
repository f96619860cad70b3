with

due_dates as (
    select * from {{ source('organisation', 'due_dates') }}
),

loads as (
    select load_id from {{ source('xapi', 'loads') }}
),

learner_links as (
    select * from {{ ref('stg_xapi__learner_links') }}
),

committed as (
    select
        due_dates.*,
        coalesce(
            learner_links.learner_key, due_dates.actor_key
        ) as learner_key
    from due_dates
    inner join loads on due_dates.load_id = loads.load_id
    left join learner_links
        on due_dates.actor_key = learner_links.actor_key
),

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                'programme_id',
                "coalesce(cohort_id, '')",
                "coalesce(learner_key, '')",
                "coalesce(period_key, '')",
            ],
            content=[
                'cohort_id',
                'period_key',
                'due_at',
            ]
        ) }} as report_rank
    from committed
),

renamed as (
    select
        ---------- ids
        programme_id,
        cohort_id,
        learner_key,
        ---------- strings
        period_key,
        ---------- timestamps
        due_at
    from ranked
    where report_rank = 1
)

select * from renamed
