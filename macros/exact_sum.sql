{#- Sum (double) of fractions that is the same in any order of the rows.

    A sum of doubles depends on the order in which they are added. The fractions are
    therefore added as decimals of 15 places, which both engines add exactly, and the sum
    becomes a double once. Values may be as large as 10 to the power of 22. -#}
{% macro exact_sum(value) -%}
    {{ double_sum(decimal_of(value)) }}
{%- endmacro %}

{#- The same in steps: sums of parts, which are added up before one becomes a double. -#}
{% macro decimal_sum(value) -%}
    sum({{ decimal_of(value) }})
{%- endmacro %}

{% macro double_sum(decimals) -%}
    cast(sum({{ decimals }}) as double)
{%- endmacro %}

{% macro decimal_of(value) -%}
    cast({{ value }} as decimal(38, 15))
{%- endmacro %}
