{#- Tables and views of DuckDB, made in one statement each. The adapter's own
    materialisations rename, look up and comment in many, which takes longer than most
    models run. -#}

{% materialization table, adapter='duckdb' %}
    {%- set target = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {%- set is_kept = load_cached_relation(this) is not none
        and not should_full_refresh() and is_unchanged() -%}
    {%- if not is_kept -%}
        {%- do replace_table(target, compiled_code) -%}
    {%- endif -%}
    {%- call statement('changes' if not is_kept else 'main') -%}
        create or replace table {{ relation_of_changes(this.identifier) }} as
        select 1 as is_replaced
        {%- if is_kept or should_full_refresh() %} where false{% endif %}
    {%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{#- A view changes with its SQL only, and changed SQL is built in full. -#}
{% materialization view, adapter='duckdb' %}
    {%- set target = this.incorporate(type='view') -%}
    {%- set existing = load_cached_relation(this) -%}
    {{ run_hooks(pre_hooks) }}
    {%- if existing is none or existing.type != 'view' or should_full_refresh() -%}
        {%- do drop_other_type(existing, 'view') -%}
        {%- call statement('main') -%}
            create or replace view {{ target }} as (
                {{ compiled_code }}
            );
            {{ comments_of(target) }}
        {%- endcall -%}
    {%- else -%}
        {%- call noop_statement('main', 'kept') -%}{%- endcall -%}
    {%- endif -%}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{#- Compute a table anew, and compare its columns with its contract. The comparison reads the
    table, because to plan the model's own SQL once more takes longer than most models. -#}
{% macro replace_table(target, sql) -%}
    {%- do drop_other_type(load_cached_relation(this), 'table') -%}
    {%- call statement('main') -%}
        create or replace table {{ target }} as (
            {{ sql }}
        );
        {{ comments_of(target) }}
    {%- endcall -%}
    {%- if config.get('contract').enforced and should_full_refresh() -%}
        {%- do get_assert_columns_equivalent('select * from ' ~ target) -%}
    {%- endif -%}
{%- endmacro %}

{% macro drop_other_type(existing, type) -%}
    {%- if existing is not none and existing.type != type -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
{%- endmacro %}

{#- Statements that comment a relation and its columns as the project describes them. -#}
{% macro comments_of(target) -%}
    {%- if config.persist_relation_docs() and model.description %}
        comment on {{ target.type }} {{ target }}
        is {{ duckdb_escape_comment(model.description) }};
    {%- endif -%}
    {%- if config.persist_column_docs() -%}
        {%- for column in model.columns.values() if column.description %}
            comment on column {{ target }}.{{ column.name }}
            is {{ duckdb_escape_comment(column.description) }};
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
