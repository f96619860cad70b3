{#- JSON text and lists, as DuckDB and as Spark write them. -#}

{#- Text of one element of a JSON column; path is a list of keys, IRIs allowed. -#}
{% macro json_text(column, path) -%}
    {{ adapter.dispatch('json_text', 'tandem')(column, path) }}
{%- endmacro %}

{% macro duckdb__json_text(column, path) -%}
    json_extract_string({{ column }}, '${% for key in path %}."{{ key }}"{% endfor %}')
{%- endmacro %}

{% macro spark__json_text(column, path) -%}
    get_json_object({{ column }}, "${% for key in path %}['{{ key }}']{% endfor %}")
{%- endmacro %}

{#- A JSON array as a list of texts; an element that is an object stays JSON. -#}
{% macro json_elements(column, path) -%}
    {{ adapter.dispatch('json_elements', 'tandem')(column, path) }}
{%- endmacro %}

{% macro duckdb__json_elements(column, path) -%}
    cast(json_extract(
        {{ column }}, '${% for key in path %}."{{ key }}"{% endfor %}[*]'
    ) as varchar[])
{%- endmacro %}

{% macro spark__json_elements(column, path) -%}
    from_json(
        get_json_object({{ column }}, "${% for key in path %}['{{ key }}']{% endfor %}"),
        'array<string>'
    )
{%- endmacro %}

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

{#- An aggregate: the values in the order of a key. -#}
{% macro ordered_list(value, order_key) -%}
    {{ adapter.dispatch('ordered_list', 'tandem')(value, order_key) }}
{%- endmacro %}

{% macro duckdb__ordered_list(value, order_key) -%}
    list({{ value }} order by {{ order_key }})
{%- endmacro %}

{% macro spark__ordered_list(value, order_key) -%}
    transform(
        sort_array(collect_list(struct({{ order_key }} as k, {{ value }} as v))),
        pair -> pair.v
    )
{%- endmacro %}

{% macro list_has(list, value) -%}
    {{ adapter.dispatch('list_has', 'tandem')(list, value) }}
{%- endmacro %}

{% macro duckdb__list_has(list, value) -%}
    list_contains({{ list }}, {{ value }})
{%- endmacro %}

{% macro spark__list_has(list, value) -%}
    array_contains({{ list }}, {{ value }})
{%- endmacro %}
