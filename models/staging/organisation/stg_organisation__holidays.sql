with

committed as (
    {{ committed_reports('holidays') }}
)

select distinct
    ---------- strings
    region,
    ---------- dates
    holiday_on
from committed
