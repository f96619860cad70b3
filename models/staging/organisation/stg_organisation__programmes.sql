{{ config(
    materialized='incremental',
    unique_key='programme_id',
    meta={'hands_on': ['legal_basis']},
) }}

with

committed as (
    {{ committed_reports('programmes') }}
),

-- What the organisation itself reports outranks what a roster reports.
authoritative as (
    {{ without_outranked_rosters('committed', key='programme_id') }}
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
                'second_outcome_category',
                'hybrid_pattern',
                'completion_rule',
                'completion_class',
                'audience',
                'business_unit',
                'owner_role',
                'cost_currency',
                'legal_basis',
                'horizon_days',
                'certificate_valid_days',
                'attendance_threshold',
                'is_mandatory',
                'is_high_stakes',
                'is_onboarding',
            ]
        ) }} as report_rank
    from authoritative
),

renamed as (
    select
        ---------- ids
        programme_id,
        ---------- strings
        programme_name,
        default_delivery_mode,
        coalesce(outcome_category, 'unclassified') as outcome_category,
        second_outcome_category,
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
        certificate_valid_days,
        attendance_threshold,
        ---------- booleans
        coalesce(is_mandatory, false) as is_mandatory,
        coalesce(is_high_stakes, false) as is_high_stakes,
        coalesce(is_onboarding, false) as is_onboarding
    from ranked
    where report_rank = 1
)

select * from renamed
