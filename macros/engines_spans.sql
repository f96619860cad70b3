{#- Durations and measures, as DuckDB and as Spark write them.

    Sums of fractions depend on the order in which they are added. Durations are therefore
    added as whole microseconds (bigint), and the sum is divided once. -#}

{#- A timestamp moved by seconds; earlier where they are negative. -#}
{% macro add_seconds(moment, seconds) -%}
    {{ adapter.dispatch('add_seconds', 'tandem')(moment, seconds) }}
{%- endmacro %}

{% macro duckdb__add_seconds(moment, seconds) -%}
    ({{ moment }} + to_microseconds(cast(({{ seconds }}) * 1000000.0 as bigint)))
{%- endmacro %}

{% macro spark__add_seconds(moment, seconds) -%}
    ({{ moment }} + make_dt_interval(0, 0, 0, {{ seconds }}))
{%- endmacro %}

{#- Whole microseconds from one timestamp to another, negative if the other is earlier. -#}
{% macro micros_between(from_moment, to_moment) -%}
    ({{ epoch_micros(to_moment) }} - {{ epoch_micros(from_moment) }})
{%- endmacro %}

{#- Seconds from one timestamp to another, negative if the other is earlier. -#}
{% macro seconds_between(from_moment, to_moment) -%}
    {{ seconds_of_micros(micros_between(from_moment, to_moment)) }}
{%- endmacro %}

{#- Seconds (double) of a number of whole microseconds. -#}
{% macro seconds_of_micros(micros) -%}
    (cast({{ micros }} as double) / 1000000.0)
{%- endmacro %}

{#- Hours (double) of a number of whole microseconds. -#}
{% macro hours_of_micros(micros) -%}
    (cast({{ micros }} as double) / 3600000000.0)
{%- endmacro %}

{#- Whole microseconds (bigint) of a number of seconds, rounded. Exact for seconds that were
    computed from whole microseconds, up to 70 years. -#}
{% macro micros_of_seconds(seconds) -%}
    {{ whole_number('(' ~ seconds ~ ') * 1000000.0') }}
{%- endmacro %}

{#- The whole number (bigint) nearest to an expression. A cast alone rounds on one engine
    and truncates on the other. -#}
{% macro whole_number(expression) -%}
    cast(floor({{ expression }} + 0.5) as bigint)
{%- endmacro %}

{#- A date moved by whole days; earlier where they are negative. -#}
{% macro day_after(day, days) -%}
    cast({{ dbt.dateadd('day', days, day) }} as date)
{%- endmacro %}

{#- Number of a date: whole days since Monday, 1 January 1900. -#}
{% macro day_number(day) -%}
    {{ whole_days("cast('1900-01-01' as timestamp)", 'cast(' ~ day ~ ' as timestamp)') }}
{%- endmacro %}

{#- The measures of a fact as rows: keys, measure, amount. A null makes no row, because it
    means that there is no evidence. Measures are found by the endings of their column
    names, so that a new KPI is two columns of its fact and a row of the registry. `rows` is
    a where clause, or empty. -#}
{% macro measures(relation, keys, endings=['numerator', 'denominator'], rows='') -%}
    {{ adapter.dispatch('measures', 'tandem')(relation, keys, endings, rows) }}
{%- endmacro %}

{% macro duckdb__measures(relation, keys, endings, rows) -%}
    (
        unpivot (
            select
                {{ keys | join(', ') }},
                cast(columns('^.+_({{ endings | join('|') }})$') as double)
            from {{ relation }}
            {{ rows }}
        )
        on columns('^.+_({{ endings | join('|') }})$')
        into name measure value amount
    )
{%- endmacro %}

{#- The columns are read when a model is run: while the project is parsed there is no
    table yet. -#}
{% macro spark__measures(relation, keys, endings, rows) -%}
    {%- set found = columns_ending_in(relation, endings) -%}
    (
        select * from (
            select
                {{ keys | join(', ') }}
                {%- for name in found %},
                cast({{ name }} as double) as {{ name }}
                {%- endfor %}
            from {{ relation }}
            {{ rows }}
        )
        unpivot (amount for measure in ({{ found | join(', ') }}))
    )
{%- endmacro %}

{#- The names of a table's columns that end in `_` and one of some words. -#}
{% macro columns_ending_in(relation, endings) -%}
    {%- set found = [] -%}
    {%- if execute -%}
        {%- for column in adapter.get_columns_in_relation(relation) -%}
            {%- if '_' in column.name and column.name.split('_')[-1] in endings -%}
                {%- do found.append(column.name) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(found) }}
{%- endmacro %}

{#- The first measure of a row that is not null, whatever its amount. -#}
{% macro any_measure() -%}
    {{ adapter.dispatch('any_measure', 'tandem')() }}
{%- endmacro %}

{% macro duckdb__any_measure() -%}
    coalesce(*columns('_(numerator|denominator)$'))
{%- endmacro %}

{% macro spark__any_measure() -%}
    {%- set found = columns_ending_in(this, ['numerator', 'denominator']) -%}
    coalesce(
        {%- for name in found -%}
        cast({{ name }} as double){{ ', ' if not loop.last }}
        {%- endfor -%}
    )
{%- endmacro %}
