{{ config(
    materialized='incremental',
    unique_key=['programme_id', 'cohort_id'],
    meta={'touched': 'touched_cohorts'},
) }}

{{ sums_of_kpis(
    [
        'delivery_mode',
        'outcome_category',
        'programme_id',
        'cohort_id',
        'business_unit',
        'region',
    ],
    touched=['programme_id', 'cohort_id'],
) }}
