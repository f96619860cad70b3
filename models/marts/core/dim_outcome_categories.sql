with

outcome_categories as (
    select * from {{ ref('outcome_categories') }}
)

select
    outcome_category,
    outcome_category_code,
    label,
    usual_mode,
    primary_kpi,
    guard_rail_kpi,
    sort_order
from outcome_categories
