with

waivers as (
    select * from {{ source('organisation', 'waivers') }}
),

loads as (
    select load_id from {{ source('xapi', 'loads') }}
),

learner_links as (
    select * from {{ ref('stg_xapi__learner_links') }}
),

committed as (
    select
        waivers.*,
        coalesce(
            learner_links.learner_key, waivers.actor_key
        ) as learner_key
    from waivers
    inner join loads on waivers.load_id = loads.load_id
    left join learner_links
        on waivers.actor_key = learner_links.actor_key
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
            ]
        ) }} as report_rank
    from committed
),

renamed as (
    select
        ---------- ids
        learner_key,
        programme_id,
        cohort_id,
        ---------- strings
        reason,
        ---------- timestamps
        waived_at
    from ranked
    where report_rank = 1
)

select * from renamed
