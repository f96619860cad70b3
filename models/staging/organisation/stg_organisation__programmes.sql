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

{{ label_changes(
    'ranked', key='programme_id', labels=['outcome_category', 'completion_class']
) }},

renamed as (
    select
        ---------- ids
        ranked.programme_id,
        ---------- strings
        ranked.programme_name,
        ranked.default_delivery_mode,
        coalesce(categories.label, ranked.outcome_category, 'unclassified')
            as outcome_category,
        ranked.second_outcome_category,
        ranked.hybrid_pattern,
        case
            when rules.label is null then ranked.completion_rule else rules.label_words
        end as completion_rule,
        coalesce(rules.label, ranked.completion_class) as completion_class,
        ranked.audience,
        ranked.business_unit,
        ranked.owner_role,
        ranked.cost_currency,
        ranked.legal_basis,
        ---------- numerics
        ranked.horizon_days,
        ranked.certificate_valid_days,
        ranked.attendance_threshold,
        ---------- booleans
        coalesce(ranked.is_mandatory, false) as is_mandatory,
        coalesce(ranked.is_high_stakes, false) as is_high_stakes,
        coalesce(ranked.is_onboarding, false) as is_onboarding
    from ranked
    left join label_changes on ranked.programme_id = label_changes.programme_id
    {{ join_correction(
        'ranked', 'programme_id', 'outcome_category', 'programme_category', 'categories'
    ) }}
    {{ join_correction(
        'ranked', 'programme_id', 'completion_class', 'completion_rule', 'rules'
    ) }}
    where ranked.report_rank = 1
)

select * from renamed
