{#- What a build that is not in full computes anew.

    A full build (--full-refresh) computes every row. Any other build, an increment,
    computes the rows of touched keys only: keys whose evidence changed since the last
    build. Each incremental model compares its new rows with its old ones and leaves the
    rows that really changed in schema `changes`, so that the models that read it touch no
    more keys than necessary.

    Dependencies are declared while the project is parsed. At run time none of these
    relations is an input, so that unit tests, whose rows are all of their evidence, need
    not give them. -#}

{#- A where clause: in an increment, only rows of touched keys. -#}
{% macro only_touched(touched, columns, prefix='where') -%}
    {%- if not execute -%}
        {%- do ref(touched) -%}
    {%- elif is_increment() -%}
        {{ prefix }} {{ is_key_in(columns, relation_of_model(touched)) }}
    {%- endif -%}
{%- endmacro %}

{#- The rows of an incremental model that this increment changed: the columns that the
    model hands on, with is_new false for a row as it was and true for a row as it is. -#}
{% macro changes_of(name) -%}
    {%- if execute -%}
        {{ relation_of_changes(name) }}
    {%- else -%}
        {{ ref(name) }}
    {%- endif -%}
{%- endmacro %}

{#- A query of the programmes that are known up to another moment than before, with the earlier
    of the two moments. It is null where the programme was or is unknown: all of it is then
    computed anew. -#}
{% macro programmes_known_otherwise() -%}
    select
        programme_id,
        case when count(as_of) = 2 then min(as_of) end as known_from
    from {{ changes_of('int_programmes_known_until') }}
    group by programme_id
{%- endmacro %}

{#- A model's rows as the last build left them, where this build has not reached the model
    yet. It is no dependency, because the model depends on what is read here. -#}
{% macro previous(name) -%}
    {%- if execute -%}
        {{ relation_of_model(name) }}
    {%- else -%}
        {{ name }}
    {%- endif -%}
{%- endmacro %}

{#- Whether the key of a row, one column or several, is among those of a relation. A column
    may be written with the name of its table. -#}
{% macro is_key_in(columns, relation) -%}
    {%- set names = [columns] if columns is string else columns -%}
    {%- set keys = [] -%}
    {%- for name in names -%}
        {%- do keys.append(name.split('.')[-1]) -%}
    {%- endfor -%}
    {%- set listed = names | join(', ') -%}
    {{ '(' ~ listed ~ ')' if names | length > 1 else listed }} in (
        select {{ keys | join(', ') }} from {{ relation }}
    )
{%- endmacro %}
