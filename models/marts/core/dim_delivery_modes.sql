with

delivery_modes as (
    select * from {{ ref('delivery_modes') }}
)

select
    delivery_mode,
    label,
    meaning,
    sort_order
from delivery_modes
