{#- CTEs of which the last, `name`_regions, has one row per cell and region with enough
    people: its learners, and its finished enrolments over those expected if it finished
    each programme like all regions together. Programmes of one region are left out.

    Args:
        rows: a CTE with the columns of the cell, programme_id, region, learner_key and
            finished_count.
        cell: the columns of a cell. -#}
{% macro regions_compared(name, rows, cell) -%}
{%- set of_programme = cell + ['programme_id'] -%}
{{ name }}_programmes as (
    select
        {{ of_programme | join(',\n        ') }},
        cast(sum(finished_count) as double) / cast(count(*) as double) as overall_rate
    from {{ rows }}
    group by {{ of_programme | join(', ') }}
    having count(distinct region) > 1
),

{{ name }}_regions as (
    select
        {{ 'rows_of.' ~ cell | join(',\n        rows_of.') }},
        rows_of.region,
        count(distinct rows_of.learner_key) as learner_count,
        cast(sum(rows_of.finished_count) as double)
        / nullif({{ exact_sum('of_all.overall_rate') }}, 0.0) as ratio
    from {{ rows }} as rows_of
    inner join {{ name }}_programmes as of_all
        on
            {%- for column in of_programme %}
            {{ 'and ' if not loop.first }}rows_of.{{ column }} = of_all.{{ column }}
            {%- endfor %}
    group by {{ 'rows_of.' ~ cell | join(', rows_of.') }}, rows_of.region
    having count(distinct rows_of.learner_key) >= {{ var('minimum_people') }}
)
{%- endmacro %}
