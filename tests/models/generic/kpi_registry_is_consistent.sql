{#- Rows that contradict themselves, and a registry without exactly one headline. -#}
{% test kpi_registry_is_consistent(model) %}
select
    kpi_id,
    'a tile has both a slot and an order, or neither' as broken_rule
from {{ model }}
where (tile_slot is null) <> (tile_order is null)
union all
select
    kpi_id,
    'a restricted mean has a base KPI, and nothing else has one' as broken_rule
from {{ model }}
where (estimator = 'restricted_mean') <> (base_kpi is not null)
union all
select
    kpi_id,
    'a KPI is not its own fallback' as broken_rule
from {{ model }}
where fallback_kpi = kpi_id
union all
select
    kpi_id,
    'only a share is watched' as broken_rule
from {{ model }}
where is_watched and unit <> 'share'
union all
select
    cast(count(*) as {{ dbt.type_string() }}) as kpi_id,
    'exactly one KPI is the headline' as broken_rule
from {{ model }}
where is_headline
having count(*) <> 1
{% endtest %}
