{#- The same four kinds of models as Iceberg tables on Spark. A statement commits by itself
    there: a build that stops half way leaves its record unfinished, and the next build is
    then done in full. -#}

{% materialization table, adapter='spark' %}
    {%- set target = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {%- do write_iceberg('main', target, compiled_code) -%}
    {%- if is_read_by_lists_of_keys() -%}
        {%- do write_iceberg(
            'changes',
            relation_of_changes(this.identifier),
            'select 1 as is_replaced'
                ~ (' where false' if should_full_refresh() else '')
        ) -%}
    {%- endif -%}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{#- Whether a list of keys asks what changed in this table. -#}
{% macro is_read_by_lists_of_keys() -%}
    {%- set readers = [] -%}
    {%- for node in graph.nodes.values() -%}
        {%- if
            node.config.materialized == 'touched_keys'
            and model.unique_id in node.depends_on.nodes
        -%}
            {%- do readers.append(node.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(readers | length > 0) }}
{%- endmacro %}

{#- A list of keys; a full build leaves it empty. -#}
{% materialization touched_keys, adapter='spark' %}
    {%- set target = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {%- if should_full_refresh() -%}
        {%- call statement('main') -%}
            create or replace table {{ target }} ({{ columns_of_keys() }}) using iceberg
        {%- endcall -%}
    {%- else -%}
        {%- do write_iceberg('main', target, compiled_code) -%}
    {%- endif -%}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{#- The config is that of incremental.sql, and so is what an increment leaves: the rows of
    the touched keys as they are now, and the rows that changed in schema `changes`. -#}
{% materialization incremental, adapter='spark' %}
    {%- set target = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {%- if should_full_refresh() -%}
        {%- do write_iceberg('main', target, compiled_code) -%}
        {%- do write_iceberg(
            'changes',
            relation_of_changes(this.identifier),
            'select ' ~ columns_handed_on() ~ ', true as is_new from ' ~ target
                ~ ' where false'
        ) -%}
    {%- else -%}
        {%- do replace_changed_iceberg_rows(target) -%}
    {%- endif -%}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{% macro write_iceberg(name, target, sql) -%}
    {%- call statement(name) -%}
        create or replace table {{ target }} using iceberg as
        {{ sql }}
    {%- endcall -%}
{%- endmacro %}

{% macro replace_changed_iceberg_rows(target) -%}
    {%- set key = config.get('unique_key') -%}
    {%- set columns = [key] if key is string else key -%}
    {%- set touched = (config.get('meta') or {}).get('touched') -%}
    {%- set changes = relation_of_changes(this.identifier) -%}
    {%- set fresh = relation_of_changes('fresh_' ~ this.identifier) -%}
    {%- set names = adapter.get_columns_in_relation(target)
        | map(attribute='name') | join(', ') -%}
    {%- do write_iceberg('main', fresh, compiled_code) -%}
    {%- call statement('changes') -%}
        create or replace table {{ changes }} using iceberg as
        select distinct {{ columns_handed_on() }}, surplus > 0 as is_new
        from (
            select {{ names }}, sum(in_fresh) as surplus
            from (
                select {{ names }}, 1 as in_fresh from {{ fresh }}
                union all
                select {{ names }}, -1 as in_fresh from {{ target }}
                {%- if touched %}
                where {{ is_key_in(columns, relation_of_model(touched)) }}
                {%- endif %}
            )
            group by {{ names }}
        )
        where surplus <> 0
    {%- endcall -%}
    {%- if run_query('select 1 from ' ~ changes ~ ' limit 1').rows -%}
        {%- set is_replaced = 'where ' ~ is_key_in(columns, changes) if touched else '' -%}
        {%- call statement('delete') -%}
            delete from {{ target }} {{ is_replaced }}
        {%- endcall -%}
        {%- call statement('insert') -%}
            insert into {{ target }} ({{ names }})
            select {{ names }} from {{ fresh }} {{ is_replaced }}
        {%- endcall -%}
    {%- endif -%}
    {%- call statement('drop') -%}
        drop table {{ fresh }} purge
    {%- endcall -%}
{%- endmacro %}
