with

programmes as (
    select * from {{ ref('stg_organisation__programmes') }}
),

known_until as (
    select * from {{ ref('int_programmes_known_until') }}
)

select
    ---------- ids
    programmes.programme_id,
    ---------- strings
    coalesce(programmes.programme_name, programmes.programme_id) as programme_name,
    programmes.default_delivery_mode,
    programmes.outcome_category,
    programmes.hybrid_pattern,
    programmes.completion_rule,
    programmes.completion_class,
    programmes.audience,
    programmes.business_unit,
    programmes.owner_role,
    programmes.cost_currency,
    programmes.legal_basis,
    ---------- numerics
    coalesce(programmes.horizon_days, {{ var('horizon_days') }}) as horizon_days,
    programmes.certificate_valid_days,
    cast(
        coalesce(programmes.attendance_threshold, {{ var('attendance_threshold') }})
        as double
    ) as attendance_threshold,
    ---------- booleans
    programmes.is_mandatory,
    programmes.is_high_stakes,
    ---------- timestamps
    known_until.as_of,
    known_until.attendance_as_of,
    known_until.activity_as_of
from programmes
left join known_until on programmes.programme_id = known_until.programme_id
