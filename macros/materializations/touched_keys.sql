{#- The list of keys that an increment computes anew, of the columns in meta.key. A full
    build computes every key and leaves the list empty. -#}
{% materialization touched_keys, adapter='duckdb' %}
    {%- set target = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {%- if should_full_refresh() -%}
        {%- do drop_other_type(load_cached_relation(this), 'table') -%}
        {%- call statement('main') -%}
            create or replace table {{ target }} ({{ columns_of_keys() }});
            {{ comments_of(target) }}
        {%- endcall -%}
    {%- else -%}
        {%- do replace_table(target, compiled_code) -%}
    {%- endif -%}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{#- The columns of a list of keys, declared. -#}
{% macro columns_of_keys() -%}
    {%- set key = config.get('meta')['key'] -%}
    {%- for column in ([key] if key is string else key) -%}
        {{ column }} {{ dbt.type_string() }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
