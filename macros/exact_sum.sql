{#- Sum (double) of fractions that is the same in any order of the rows.

    A sum of doubles depends on the order in which they are added. The fractions are
    therefore added as decimals of 15 places, which both engines add exactly, and the sum
    becomes a double once. Values may be as large as 10 to the power of 22. -#}
{% macro exact_sum(value) -%}
    cast(sum(cast({{ value }} as decimal(38, 15))) as double)
{%- endmacro %}
