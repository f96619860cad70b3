with

outcome_categories as (
    select * from {{ ref('outcome_categories') }}
)

select
    outcome_category,
    outcome_category_code,
    label,
    usual_mode,
    sort_order
from outcome_categories
