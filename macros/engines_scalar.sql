{#- Casts, hashes and texts, as DuckDB and as Spark write them. -#}

{#- dbt's own safe_cast has no DuckDB form: a bad value must become null there too. -#}
{% macro duckdb__safe_cast(field, type) -%}
    try_cast({{ field }} as {{ type }})
{%- endmacro %}

{#- SHA-256 of a text, as 64 hex digits. -#}
{% macro sha256(text) -%}
    {{ adapter.dispatch('sha256', 'tandem')(text) }}
{%- endmacro %}

{% macro duckdb__sha256(text) -%}
    sha256({{ text }})
{%- endmacro %}

{% macro spark__sha256(text) -%}
    sha2({{ text }}, 256)
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

{#- The parts of a text between a delimiter as a list; the delimiter is an SQL text. -#}
{% macro split_text(text, delimiter) -%}
    {{ adapter.dispatch('split_text', 'tandem')(text, delimiter) }}
{%- endmacro %}

{% macro duckdb__split_text(text, delimiter) -%}
    string_split({{ text }}, {{ delimiter }})
{%- endmacro %}

{% macro spark__split_text(text, delimiter) -%}
    split({{ text }}, '\\Q' || {{ delimiter }} || '\\E')
{%- endmacro %}

{#- A text as a number, also with a decimal comma; null where it is not a number. -#}
{% macro number_of(text) -%}
    {{ adapter.dispatch('number_of', 'tandem')(text) }}
{%- endmacro %}

{% macro duckdb__number_of(text) -%}
    try_cast(replace(trim({{ text }}), ',', '.') as double)
{%- endmacro %}

{% macro spark__number_of(text) -%}
    try_cast(replace(trim({{ text }}), ',', '.') as double)
{%- endmacro %}

{#- The language of a language tag without its region or script, in lower case: pt of
    pt-BR. People and content name the same language with different regions. -#}
{% macro language_of(tag) -%}
    {{ adapter.dispatch('language_of', 'tandem')(tag) }}
{%- endmacro %}

{% macro default__language_of(tag) -%}
    nullif(regexp_replace(lower(trim({{ tag }})), '[-_].*$', ''), '')
{%- endmacro %}
