with

people as (
    select * from {{ source('organisation', 'people') }}
),

loads as (
    select
        load_id,
        case when connector = 'oneroster' then 1 else 0 end as is_from_roster
    from {{ source('xapi', 'loads') }}
),

learner_links as (
    select * from {{ ref('stg_xapi__learner_links') }}
),

restricted_learners as (
    select * from {{ ref('stg_xapi__restricted_learners') }}
),

time_zones as (
    select time_zone as known_time_zone from {{ ref('time_zones') }}
),

committed as (
    select
        people.*,
        loads.is_from_roster,
        time_zones.known_time_zone,
        coalesce(
            learner_links.learner_key, people.actor_key
        ) as learner_key
    from people
    inner join loads on people.load_id = loads.load_id
    left join time_zones on people.time_zone = time_zones.known_time_zone
    left join learner_links
        on people.actor_key = learner_links.actor_key
    left join restricted_learners
        on
            coalesce(learner_links.learner_key, people.actor_key)
            = restricted_learners.learner_key
    where restricted_learners.learner_key is null
),

-- What the organisation says itself goes before a roster's titles and units.
most_authentic as (
    select
        *,
        min(is_from_roster) over (partition by learner_key) as least_from_roster
    from committed
),

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                'learner_key',
                'valid_from',
            ],
            content=[
                'segment',
                'business_unit',
                'region',
                'time_zone',
                'language',
                'tenure_band',
                'prior_completion_band',
                'left_at',
                'hired_on',
            ]
        ) }} as report_rank
    from most_authentic
    where is_from_roster = least_from_roster
),

renamed as (
    select
        ---------- ids
        learner_key,
        ---------- strings
        segment,
        business_unit,
        region,
        known_time_zone as time_zone,
        language,
        tenure_band,
        prior_completion_band,
        ---------- dates
        hired_on,
        ---------- timestamps
        valid_from,
        left_at
    from ranked
    where report_rank = 1
)

select * from renamed
