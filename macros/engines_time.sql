{#- Time, as DuckDB and as Spark write it. All timestamps are UTC without a zone. -#}

{#- Microseconds (bigint) from 1970 to a timestamp. -#}
{% macro epoch_micros(moment) -%}
    {{ adapter.dispatch('epoch_micros', 'tandem')(moment) }}
{%- endmacro %}

{% macro duckdb__epoch_micros(moment) -%}
    epoch_us({{ moment }})
{%- endmacro %}

{% macro spark__epoch_micros(moment) -%}
    unix_micros({{ moment }})
{%- endmacro %}

{#- The local time of a zone at a UTC moment. -#}
{% macro local_timestamp(moment, zone) -%}
    {{ adapter.dispatch('local_timestamp', 'tandem')(moment, zone) }}
{%- endmacro %}

{% macro duckdb__local_timestamp(moment, zone) -%}
    timezone({{ zone }}, timezone('UTC', {{ moment }}))
{%- endmacro %}

{% macro spark__local_timestamp(moment, zone) -%}
    from_utc_timestamp({{ moment }}, {{ zone }})
{%- endmacro %}

{#- The UTC moment at which a zone's local time is a given timestamp. -#}
{% macro utc_from_local(local_moment, zone) -%}
    {{ adapter.dispatch('utc_from_local', 'tandem')(local_moment, zone) }}
{%- endmacro %}

{% macro duckdb__utc_from_local(local_moment, zone) -%}
    timezone('UTC', timezone({{ zone }}, {{ local_moment }}))
{%- endmacro %}

{% macro spark__utc_from_local(local_moment, zone) -%}
    to_utc_timestamp({{ local_moment }}, {{ zone }})
{%- endmacro %}

{#- A timestamp some whole days later. -#}
{% macro add_days(moment, days) -%}
    {{ adapter.dispatch('add_days', 'tandem')(moment, days) }}
{%- endmacro %}

{% macro duckdb__add_days(moment, days) -%}
    ({{ moment }} + to_days(cast({{ days }} as integer)))
{%- endmacro %}

{% macro spark__add_days(moment, days) -%}
    ({{ moment }} + make_dt_interval(cast({{ days }} as int)))
{%- endmacro %}

{#- Whole days from one timestamp to a later one, negative before it. -#}
{% macro whole_days(from_moment, to_moment) -%}
    cast(floor(
        ({{ epoch_micros(to_moment) }} - {{ epoch_micros(from_moment) }})
        / 86400000000.0
    ) as bigint)
{%- endmacro %}

{#- First day of the fiscal quarter in which a UTC moment falls, by the
    organisation's own zone. -#}
{% macro fiscal_quarter_start(moment) -%}
    {%- set zone = "'" ~ var('organisation_time_zone') ~ "'" -%}
    {{ fiscal_quarter_of_day('cast(' ~ local_timestamp(moment, zone) ~ ' as date)') }}
{%- endmacro %}

{#- First day of the fiscal quarter of a date. -#}
{% macro fiscal_quarter_of_day(day) -%}
    {%- set shift = (var('fiscal_year_start_month') | int - 1) % 3 -%}
    cast({{ dbt.dateadd(
        'month', shift,
        dbt.date_trunc('quarter', dbt.dateadd('month', -shift, day))
    ) }} as date)
{%- endmacro %}
