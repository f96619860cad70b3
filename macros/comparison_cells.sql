{#- A query of the amounts of a fact that are compared, with what the registry says of their
    KPI; `quarters` are the columns that date them. -#}
{% macro compared_amounts(fact, quarters) -%}
    select
        kpis.kpi_id,
        kpis.unmatched_evidence,
        kpis.upper_bound_column,
        amounts.enrolment_id,
        case kpis.anchor
            {%- for quarter in quarters %}
                when '{{ quarter }}' then amounts.{{ quarter }}
            {%- endfor %}
        end as period_start_date,
        case when amounts.measure = kpis.numerator_column then amounts.amount end
            as numerator,
        case when amounts.measure = kpis.upper_bound_column then amounts.amount end
            as upper_bound
    from {{ measures(
        ref(fact),
        ['enrolment_id'] + quarters,
        ['numerator', 'high'],
        only_touched('touched_cohorts', ['programme_id', 'cohort_id'])
    ) }} as amounts
    inner join kpis
        on
            amounts.measure in (kpis.numerator_column, kpis.upper_bound_column)
            and kpis.source_fact = '{{ fact }}'
{%- endmacro %}

{#- The upper bound of a measured value: that of its fact, else the value itself, which is
    raised where unmatched people may be among those without a yes. -#}
{% macro upper_bound_of_cell() -%}
    {%- set unmatched_count -%}
        case
            when
                measured.unmatched_evidence = 'attended'
                and enrolments.completion_class = 'attendance'
                then unmatched.attended_count
            when measured.unmatched_evidence = 'present' then unmatched.present_count
        end
    {%- endset -%}
    case
        when measured.upper_bound_column is not null then measured.upper_bound
        when {{ unmatched_count }} is null or measured.numerator <> 0
            then measured.numerator
        else
            measured.numerator + least(
                1.0, {{ unmatched_count }} / cast(absences.no_count as double)
            )
    end
{%- endmacro %}
