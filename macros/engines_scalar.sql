{#- Casts, hashes and products, as DuckDB and as Spark write them. -#}

{#- dbt's own safe_cast has no DuckDB form: a bad value must become null there too. -#}
{% macro duckdb__safe_cast(field, type) -%}
    try_cast({{ field }} as {{ type }})
{%- endmacro %}

{% macro sha256(text) -%}
    {{ adapter.dispatch('sha256', 'tandem')(text) }}
{%- endmacro %}

{% macro duckdb__sha256(text) -%}
    sha256({{ text }})
{%- endmacro %}

{% macro spark__sha256(text) -%}
    sha2({{ text }}, 256)
{%- endmacro %}

{#- Product of a column over the rows up to this one; a zero stays a zero. -#}
{% macro running_product(factor, partition_by, order_by) -%}
    {{ adapter.dispatch('running_product', 'tandem')(factor, partition_by, order_by) }}
{%- endmacro %}

{% macro duckdb__running_product(factor, partition_by, order_by) -%}
    product({{ factor }}) over (
        partition by {{ partition_by }} order by {{ order_by }}
        rows between unbounded preceding and current row
    )
{%- endmacro %}

{% macro spark__running_product(factor, partition_by, order_by) -%}
    case
        when min({{ factor }}) over (
            partition by {{ partition_by }} order by {{ order_by }}
            rows between unbounded preceding and current row
        ) = 0 then cast(0 as double)
        else exp(sum(ln(nullif({{ factor }}, 0))) over (
            partition by {{ partition_by }} order by {{ order_by }}
            rows between unbounded preceding and current row
        ))
    end
{%- endmacro %}

{#- A key of 32 hex digits over columns; null and empty text differ from each other. -#}
{% macro row_key(columns) -%}
    md5(
        {%- for column in columns %}
        coalesce(cast({{ column }} as {{ dbt.type_string() }}), '~')
        {%- if not loop.last %} || '|' ||{% endif %}
        {%- endfor %}
    )
{%- endmacro %}

{#- A text cut at a delimiter, an SQL text of plain characters, as a list. -#}
{% macro split_text(text, delimiter) -%}
    {{ adapter.dispatch('split_text', 'tandem')(text, delimiter) }}
{%- endmacro %}

{% macro duckdb__split_text(text, delimiter) -%}
    string_split({{ text }}, {{ delimiter }})
{%- endmacro %}

{% macro spark__split_text(text, delimiter) -%}
    split({{ text }}, '\\Q' || {{ delimiter }} || '\\E')
{%- endmacro %}

{#- A text as a number, a decimal comma allowed; null where it is none. -#}
{% macro number_of(text) -%}
    {{ adapter.dispatch('number_of', 'tandem')(text) }}
{%- endmacro %}

{% macro duckdb__number_of(text) -%}
    try_cast(replace(trim({{ text }}), ',', '.') as double)
{%- endmacro %}

{% macro spark__number_of(text) -%}
    try_cast(replace(trim({{ text }}), ',', '.') as double)
{%- endmacro %}
