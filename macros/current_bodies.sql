{#- One body of each statement id: all rows of a query on DuckDB, where landing keeps one;
    elsewhere the body that was stored first, and of equal ones that with the smallest
    hash. The macro writes a whole query, to be the body of a CTE. -#}
{% macro current_bodies(rows) -%}
    {{ adapter.dispatch('current_bodies', 'tandem')(rows) }}
{%- endmacro %}

{% macro duckdb__current_bodies(rows) -%}
    select * from {{ rows }}
{%- endmacro %}

{% macro spark__current_bodies(rows) -%}
    select * from (
        select
            *,
            row_number() over (
                partition by statement_id
                order by
                    stored_at asc nulls last,
                    content_hash asc,
                    text_hash asc,
                    load_id asc
            ) as body_rank
        from {{ rows }}
    ) as ranked_bodies
    where body_rank = 1
{%- endmacro %}
