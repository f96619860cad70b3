{#- The two columns of a rate. The denominator is 1 for a row of the base and null for any
    other, so that its sum counts the base and is null without evidence. -#}
{% macro measure(kpi_id, base, hit) -%}
    cast(case when {{ base }} then case when {{ hit }} then 1 else 0 end end as bigint)
        as {{ kpi_id }}_numerator,
    cast(case when {{ base }} then 1 end as bigint) as {{ kpi_id }}_denominator
{%- endmacro %}
