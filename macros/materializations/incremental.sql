{#- A table of DuckDB of which an increment replaces the rows of the keys that changed.

    Config:
        unique_key: the column or columns by which rows are replaced; several rows may have
            one key, and it is never null where `touched` is given.
        meta.touched: the model that lists the keys which an increment computes anew.
            Without it every row is computed, and compared with the old one.
        meta.hands_on: further columns of changed rows that other models read.
        meta.has_measures: also hand on any_measure, which is null where the row is in the
            base of no KPI: one that is not, before and after, changes no KPI.

    An increment computes the rows of the touched keys, compares them with the old rows
    as multisets, leaves the difference in schema `changes`, and replaces the rows of the
    keys in it; all rows, where no model lists the touched keys. A key that yields no row
    any more leaves none. -#}
{% materialization incremental, adapter='duckdb' %}
    {%- set target = this.incorporate(type='table') -%}
    {%- set existing = load_cached_relation(this) -%}
    {{ run_hooks(pre_hooks) }}
    {%- if should_full_refresh() -%}
        {%- do replace_table(target, compiled_code) -%}
        {%- do note_no_change(target) -%}
    {%- elif existing is none or existing.type != 'table' -%}
        {{ exceptions.raise_compiler_error(
            this ~ ' does not exist yet: build in full first (--full-refresh)'
        ) }}
    {%- elif not (config.get('meta') or {}).get('touched') and is_unchanged() -%}
        {%- do note_no_change(target) -%}
    {%- else -%}
        {%- do replace_changed_rows(target) -%}
    {%- endif -%}
    {{ run_hooks(post_hooks) }}
    {%- do adapter.commit() -%}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{#- The columns that schema `changes` has of a model: its key, and what it hands on. -#}
{% macro columns_handed_on() -%}
    {%- set key = config.get('unique_key') -%}
    {%- set meta = config.get('meta') or {} -%}
    {%- set columns = ([key] if key is string else key) + meta.get('hands_on', []) -%}
    {%- if meta.get('has_measures') -%}
        {%- do columns.append(any_measure() ~ ' as any_measure') -%}
    {%- endif -%}
    {{ return(columns | unique | join(', ')) }}
{%- endmacro %}

{% macro note_no_change(target) -%}
    {%- set changes = relation_of_changes(this.identifier) -%}
    {%- call statement('main') -%}
        create or replace table {{ changes }} as
        select {{ columns_handed_on() }}, true as is_new from {{ target }} where false;
    {%- endcall -%}
{%- endmacro %}

{% macro replace_changed_rows(target) -%}
    {%- set key = config.get('unique_key') -%}
    {%- set columns = [key] if key is string else key -%}
    {%- set meta = config.get('meta') or {} -%}
    {%- set handed_on = columns_handed_on() -%}
    {%- set changes = relation_of_changes(this.identifier) -%}
    {%- set fresh = 'fresh_' ~ this.identifier -%}
    {%- set old = 'select * from ' ~ target -%}
    {%- if meta.get('touched') -%}
        {%- set old = old ~ ' where '
            ~ is_key_in(columns, relation_of_model(meta.get('touched'))) -%}
    {%- endif -%}
    {%- call statement('main') -%}
        create or replace temp table {{ fresh }} as select * from {{ target }} limit 0;
        insert into {{ fresh }} by name ({{ compiled_code }});
        create or replace table {{ changes }} as
        select distinct {{ handed_on }}, surplus > 0 as is_new
        from (
            select * exclude (in_fresh), sum(in_fresh) as surplus
            from (
                select *, 1 as in_fresh from {{ fresh }}
                union all
                select *, -1 as in_fresh from ({{ old }})
            )
            group by all
        )
        where surplus <> 0;
        {%- set is_replaced = is_key_in(columns, changes) if meta.get('touched')
            else 'exists (select 1 from ' ~ changes ~ ')' %}
        delete from {{ target }} where {{ is_replaced }};
        insert into {{ target }} by name
        select * from {{ fresh }} where {{ is_replaced }};
        drop table {{ fresh }};
    {%- endcall -%}
{%- endmacro %}
