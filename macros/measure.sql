{#- The two columns of a rate: 1 in the denominator for a row of the base, null for
    any other, so that a sum counts the base and no evidence stays no evidence. -#}
{% macro measure(kpi_id, base, hit) -%}
    cast(case when {{ base }} then case when {{ hit }} then 1 else 0 end end as bigint)
        as {{ kpi_id }}_numerator,
    cast(case when {{ base }} then 1 end as bigint) as {{ kpi_id }}_denominator
{%- endmacro %}
