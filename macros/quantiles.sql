{#- Last day of the quarter of three months that begins on a date. -#}
{% macro end_of_quarter(first_day) -%}
    {{ day_after(dbt.dateadd('month', 3, first_day), '-1') }}
{%- endmacro %}

{#- CTEs of which the last, `name`, has one row per cell: distinct learners, the value that
    half have reached, the median and the ninth decile. Quantiles are read from how often
    each value occurs, which needs less memory than the values themselves.

    A value that is null is not reached yet and counts as larger than any other: who has
    not finished takes longer than everyone who has. -#}
{% macro quantiles(name, rows, cell) -%}
{%- set listed = cell | join(', ') -%}
{{ name }}_learners as (
    select
        {{ listed }},
        count(*) as learner_count
    from (
        select distinct
            {{ listed }},
            learner_key
        from {{ rows }}
    ) as distinct_learners
    group by {{ listed }}
),

{{ name }}_occurrences as (
    select
        {{ listed }},
        value,
        count(*) as value_count
    from {{ rows }}
    group by {{ listed }}, value
),

{{ name }}_ranked as (
    select
        *,
        sum(value_count) over (
            partition by {{ listed }}
            order by value asc nulls last
            rows between unbounded preceding and current row
        ) as rank_of_last,
        sum(value_count) over (partition by {{ listed }}) as total_count
    from {{ name }}_occurrences
),

-- The values on both sides of a quantile, and how far between them it lies, in tenths.
{{ name }}_neighbours as (
    select
        {{ listed }},
        min(case when 2 * rank_of_last >= total_count then value end) as half_reached,
        {%- for quantile, tenths in [('median', 5), ('p90', 9)] %}
        min(
            case when 10 * rank_of_last > (total_count - 1) * {{ tenths }} then value end
        ) as {{ quantile }}_below,
        min(
            case
                when 10 * (rank_of_last - 1) >= (total_count - 1) * {{ tenths }} then value
            end
        ) as {{ quantile }}_above,
        max((total_count - 1) * {{ tenths }} % 10) as {{ quantile }}_tenths
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from {{ name }}_ranked
    group by {{ listed }}
),

{{ name }} as (
    select
        neighbours.*,
        learners.learner_count,
        {{ between_neighbours('median') }} as median_value,
        {{ between_neighbours('p90') }} as p90_value
    from {{ name }}_neighbours as neighbours
    inner join {{ name }}_learners as learners
        on
            {%- for column in cell %}
            {% if not loop.first %}and {% endif -%}
            (
                neighbours.{{ column }} = learners.{{ column }}
                or (neighbours.{{ column }} is null and learners.{{ column }} is null)
            )
            {%- endfor %}
)
{%- endmacro %}

{#- The quantile between two neighbouring values, a number of tenths above the lower one.
    Where they are equal or the quantile is a value itself, it is that value exactly. -#}
{% macro between_neighbours(name) -%}
    case
            when {{ name }}_tenths = 0 or {{ name }}_below = {{ name }}_above
                then {{ name }}_below
            else
                {{ name }}_below
                + ({{ name }}_above - {{ name }}_below) * {{ name }}_tenths / 10.0
        end
{%- endmacro %}

{#- The CTE windows, made of the quarters in the CTE quarters: each quarter, and the year of
    the four quarters up to it. -#}
{% macro statistic_windows() -%}
windows as (
    select
        quarter_date as period_start_date,
        {{ end_of_quarter('quarter_date') }} as period_end_date
    from quarters
    union all
    select
        cast({{ dbt.dateadd('month', -9, 'quarter_date') }} as date)
            as period_start_date,
        {{ end_of_quarter('quarter_date') }} as period_end_date
    from quarters
)
{%- endmacro %}
