with

programmes as (
    select * from {{ source('organisation', 'programmes') }}
),

loads as (
    select
        load_id,
        case when connector = 'oneroster' then 1 else 0 end as is_from_roster
    from {{ source('xapi', 'loads') }}
),

committed as (
    select
        programmes.*,
        loads.is_from_roster
    from programmes
    inner join loads on programmes.load_id = loads.load_id
),

-- What the organisation says itself goes before a roster's titles and units.
most_authentic as (
    select
        *,
        min(is_from_roster) over (partition by programme_id) as least_from_roster
    from committed
),

ranked as (
    select
        *,
        {{ report_rank(
            key=[
                'programme_id',
            ],
            content=[
                'programme_name',
                'default_delivery_mode',
                'outcome_category',
                'hybrid_pattern',
                'completion_rule',
                'completion_class',
                'audience',
                'business_unit',
                'owner_role',
                'cost_currency',
                'legal_basis',
                'horizon_days',
                'attendance_threshold',
                'is_mandatory',
                'is_high_stakes',
            ]
        ) }} as report_rank
    from most_authentic
    where is_from_roster = least_from_roster
),

renamed as (
    select
        ---------- ids
        programme_id,
        ---------- strings
        programme_name,
        default_delivery_mode,
        coalesce(outcome_category, 'unclassified') as outcome_category,
        hybrid_pattern,
        completion_rule,
        completion_class,
        audience,
        business_unit,
        owner_role,
        cost_currency,
        legal_basis,
        ---------- numerics
        horizon_days,
        attendance_threshold,
        ---------- booleans
        coalesce(is_mandatory, false) as is_mandatory,
        coalesce(is_high_stakes, false) as is_high_stakes
    from ranked
    where report_rank = 1
)

select * from renamed
