{#- Whether nothing that a model reads, through views, changed since the last build: an
    increment then keeps the model's rows. The SQL, the seeds and the variables are the
    same, since a change of those is built in full.

    `tandem build` lists the changed tables of schema raw in changes.changed_sources; where
    that table is missing, every source counts as changed. A table that an increment
    computed anew counts as changed; one that it compared, where a row differs. -#}
{% macro is_unchanged() -%}
    {%- set read = tables_read_by(model.depends_on.nodes) -%}
    {%- set rows = [] -%}
    {%- if read.sources -%}
        {%- set listed = api.Relation.create(
            database=this.database, schema='changes', identifier='changed_sources'
        ) -%}
        {%- if load_relation(listed) is none -%}
            {{ return(false) }}
        {%- endif -%}
        {%- do rows.append(
            'select 1 from ' ~ listed ~ " where table_name in ('"
            ~ read.sources | unique | join("', '") ~ "')"
        ) -%}
    {%- endif -%}
    {%- for name in read.models | unique -%}
        {%- do rows.append('select 1 from ' ~ relation_of_changes(name)) -%}
    {%- endfor -%}
    {%- if not rows -%}
        {{ return(true) }}
    {%- endif -%}
    {%- set sql = 'select exists (' ~ rows | join(') or exists (') ~ ') as is_changed' -%}
    {{ return(not run_query(sql).rows[0][0]) }}
{%- endmacro %}

{#- The sources and tables that nodes are, or read as views. A new delivery adds its load to
    raw.loads, which changes no row that another delivery brought: only what counts loads
    reads it for itself. -#}
{% macro tables_read_by(nodes) -%}
    {%- set sources = [] -%}
    {%- set models = [] -%}
    {%- for node in nodes -%}
        {%- if node.startswith('source.') -%}
            {%- set name = node.split('.')[-1] -%}
            {%- if name != 'loads' or nodes | length == 1 -%}
                {%- do sources.append(name) -%}
            {%- endif -%}
        {%- elif node.startswith('model.') -%}
            {%- set found = graph.nodes[node] -%}
            {%- if found.config.materialized == 'view' -%}
                {%- set further = tables_read_by(found.depends_on.nodes) -%}
                {%- do sources.extend(further.sources) -%}
                {%- do models.extend(further.models) -%}
            {%- elif found.config.materialized != 'touched_keys' -%}
                {%- do models.append(found.name) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return({'sources': sources, 'models': models}) }}
{%- endmacro %}
