{#- Spans of time and measures, as DuckDB and as Spark write them. -#}

{#- A timestamp some seconds later; earlier where they are negative. -#}
{% macro add_seconds(moment, seconds) -%}
    {{ adapter.dispatch('add_seconds', 'tandem')(moment, seconds) }}
{%- endmacro %}

{% macro duckdb__add_seconds(moment, seconds) -%}
    ({{ moment }} + to_microseconds(cast(({{ seconds }}) * 1000000.0 as bigint)))
{%- endmacro %}

{% macro spark__add_seconds(moment, seconds) -%}
    ({{ moment }} + make_dt_interval(0, 0, 0, {{ seconds }}))
{%- endmacro %}

{#- Seconds from one timestamp to a later one, negative before it. -#}
{% macro seconds_between(from_moment, to_moment) -%}
    cast(
        ({{ epoch_micros(to_moment) }} - {{ epoch_micros(from_moment) }}) / 1000000.0
        as double
    )
{%- endmacro %}

{#- A day some whole days later, or earlier where they are negative. -#}
{% macro day_after(day, days) -%}
    cast({{ dbt.dateadd('day', days, day) }} as date)
{%- endmacro %}

{#- Number of a date; Mondays are multiples of seven. -#}
{% macro day_number(day) -%}
    {{ whole_days("cast('1900-01-01' as timestamp)", 'cast(' ~ day ~ ' as timestamp)') }}
{%- endmacro %}

{#- The measures of a fact as rows: keys, measure, amount. A null is no evidence, and no
    row. Measures are found by the endings of their column names, so that a new KPI is
    two columns of its fact and a row of the registry. -#}
{% macro measures(relation, keys, endings=['numerator', 'denominator']) -%}
    {{ adapter.dispatch('measures', 'tandem')(relation, keys, endings) }}
{%- endmacro %}

{% macro duckdb__measures(relation, keys, endings) -%}
    (
        unpivot (
            select
                {{ keys | join(', ') }},
                cast(columns('^.+_({{ endings | join('|') }})$') as double)
            from {{ relation }}
        )
        on columns('^.+_({{ endings | join('|') }})$')
        into name measure value amount
    )
{%- endmacro %}

{% macro spark__measures(relation, keys, endings) -%}
    {%- set found = [] -%}
    {%- for column in adapter.get_columns_in_relation(relation) -%}
        {%- if column.name.split('_')[-1] in endings -%}
            {%- do found.append(column.name) -%}
        {%- endif -%}
    {%- endfor -%}
    (
        select * from (
            select
                {{ keys | join(', ') }}
                {%- for name in found %},
                cast({{ name }} as double) as {{ name }}
                {%- endfor %}
            from {{ relation }}
        )
        unpivot (amount for measure in ({{ found | join(', ') }}))
    )
{%- endmacro %}
