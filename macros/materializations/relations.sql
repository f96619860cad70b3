{#- Relations that increments read and write. -#}

{% macro is_increment() -%}
    {{ return(not flags.FULL_REFRESH and model.resource_type == 'model') }}
{%- endmacro %}

{#- A model's own relation, by the schema that the beginning of its name stands for. -#}
{% macro relation_of_model(name) -%}
    {%- set layers = {
        'stg': 'staging', 'int': 'intermediate', 'touched': 'changes'
    } -%}
    {{ return(api.Relation.create(
        database=this.database,
        schema=layers.get(name.split('_')[0], 'marts'),
        identifier=name
    )) }}
{%- endmacro %}

{#- The rows that an increment changed in a model. -#}
{% macro relation_of_changes(name) -%}
    {{ return(api.Relation.create(
        database=this.database, schema='changes', identifier=name
    )) }}
{%- endmacro %}
