{#- The comments of a table that keeps its rows stay with it, so that only a full build
    writes them: they change with the models' files only, and such a change means a full
    build (tandem.cli.build_scope). -#}
{%- macro duckdb__persist_docs(relation, model, for_relation, for_columns) -%}
    {%- if config.get('materialized') != 'incremental' or should_full_refresh() -%}
        {%- do default__persist_docs(relation, model, for_relation, for_columns) -%}
    {%- endif -%}
{%- endmacro -%}
