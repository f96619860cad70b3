with

cohorts as (
    select * from {{ source('organisation', 'cohorts') }}
),

loads as (
    select
        load_id,
        case when connector = 'oneroster' then 1 else 0 end as is_from_roster
    from {{ source('xapi', 'loads') }}
),

time_zones as (
    select time_zone as known_time_zone from {{ ref('time_zones') }}
),

committed as (
    select
        cohorts.*,
        loads.is_from_roster,
        time_zones.known_time_zone
    from cohorts
    inner join loads on cohorts.load_id = loads.load_id
    left join time_zones on cohorts.time_zone = time_zones.known_time_zone
),

-- What the organisation says itself goes before a roster's titles and units.
most_authentic as (
    select
        *,
        min(is_from_roster) over (partition by cohort_id) as least_from_roster
    from committed
),

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                'cohort_id',
            ],
            content=[
                'programme_id',
                'cohort_name',
                'delivery_mode',
                'time_zone',
                'capacity',
                'valid_from',
                'starts_at',
                'ends_at',
            ]
        ) }} as report_rank
    from most_authentic
    where is_from_roster = least_from_roster
),

renamed as (
    select
        ---------- ids
        cohort_id,
        programme_id,
        ---------- strings
        cohort_name,
        delivery_mode,
        known_time_zone as time_zone,
        ---------- numerics
        capacity,
        ---------- timestamps
        valid_from,
        starts_at,
        ends_at
    from ranked
    where report_rank = 1
)

select * from renamed
