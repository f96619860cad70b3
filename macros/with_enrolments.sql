{#- All rows of a query, with the enrolment that each is about as another column. The macro
    writes a whole query, to be the body of a CTE.

    The query has learner_key, programme_id and cohort_id, which is null where no cohort is
    named. Of several enrolments it is the last one that had begun by the row's moment, else
    the first one; a row that is about none is left out.

    Args:
        rows: name of the query.
        key: columns that identify a row besides the person and the programme.
        moment: expression of the row's own time (UTC), or null. -#}
{% macro with_enrolments(rows, key, moment) -%}
    {%- set has_begun = 'episodes.clock_started_at <= ' ~ moment -%}
    select * from (
        select
            {{ rows }}.*,
            episodes.enrolment_id,
            row_number() over (
                partition by
                    {{ rows }}.learner_key,
                    {{ rows }}.programme_id
                    {%- for column in key %},
                    {{ rows }}.{{ column }}
                    {%- endfor %}
                order by
                    case when {{ has_begun }} then 0 else 1 end asc,
                    case
                        when {{ has_begun }}
                            then {{ epoch_micros('episodes.clock_started_at') }}
                    end desc nulls last,
                    episodes.clock_started_at asc nulls last,
                    episodes.enrolment_id asc
            ) as enrolment_rank
        from {{ rows }}
        inner join {{ ref('int_enrolment_episodes') }} as episodes
            on
                {{ rows }}.learner_key = episodes.learner_key
                and {{ rows }}.programme_id = episodes.programme_id
                and coalesce({{ rows }}.cohort_id, episodes.cohort_id)
                = episodes.cohort_id
    ) as with_ranks
    where enrolment_rank = 1
{%- endmacro %}
