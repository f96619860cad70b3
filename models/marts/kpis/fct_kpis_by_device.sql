{{ config(
    materialized='incremental',
    unique_key='programme_id',
    meta={'touched': 'touched_cohorts'},
) }}

{{ sums_of_kpis(
    [
        'delivery_mode',
        'outcome_category',
        'programme_id',
        'device_kind',
        'business_unit',
        'region',
    ],
    touched=['programme_id'],
    marked='is_by_device',
    known='has_device',
) }}
