{#- List columns, as DuckDB and as Spark write them. -#}

{#- A join clause: one row per element of a list column, named alias.element. -#}
{% macro list_elements(column, alias) -%}
    {{ adapter.dispatch('list_elements', 'tandem')(column, alias) }}
{%- endmacro %}

{% macro duckdb__list_elements(column, alias) -%}
    cross join unnest({{ column }}) as {{ alias }} (element)
{%- endmacro %}

{% macro spark__list_elements(column, alias) -%}
    lateral view explode({{ column }}) {{ alias }} as element
{%- endmacro %}

{#- Whether a list holds a value. -#}
{% macro list_has(list, value) -%}
    {{ adapter.dispatch('list_has', 'tandem')(list, value) }}
{%- endmacro %}

{% macro duckdb__list_has(list, value) -%}
    list_contains({{ list }}, {{ value }})
{%- endmacro %}

{% macro spark__list_has(list, value) -%}
    array_contains({{ list }}, {{ value }})
{%- endmacro %}

{#- The elements of a list in one text, with spaces between; null where the list is null.
    A cast would quote elements on one engine and not on the other. -#}
{% macro list_text(list) -%}
    {{ adapter.dispatch('list_text', 'tandem')(list) }}
{%- endmacro %}

{% macro duckdb__list_text(list) -%}
    array_to_string({{ list }}, ' ')
{%- endmacro %}

{% macro spark__list_text(list) -%}
    array_join({{ list }}, ' ')
{%- endmacro %}
