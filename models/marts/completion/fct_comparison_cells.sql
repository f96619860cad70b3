with

enrolments as (
    select * from {{ ref('fct_enrolments') }}
),

measures as (
    {% for kpi in comparison_kpis() -%}
        select
            '{{ kpi.kpi_id }}' as kpi_id,
            programme_id,
            cohort_id,
            delivery_mode,
            outcome_category,
            {{ kpi.anchor }} as period_start_date,
            segment,
            region,
            language,
            tenure_band,
            prior_completion_band,
            learner_key,
            cast({{ kpi.kpi_id }}_numerator as double) as numerator
        from enrolments
        where {{ kpi.kpi_id }}_denominator is not null
        {% if not loop.last %}union all{% endif %}
    {% endfor -%}
)

select
    kpi_id,
    programme_id,
    cohort_id,
    delivery_mode,
    outcome_category,
    period_start_date,
    segment,
    region,
    language,
    tenure_band,
    prior_completion_band,
    cast(count(distinct learner_key) as bigint) as learner_count,
    cast(sum(numerator) as double) as numerator,
    cast(count(*) as double) as denominator,
    cast(sum(numerator) as double) as value_sum,
    cast(sum(numerator * numerator) as double) as value_sum_of_squares,
    cast(sum(numerator) as double) as unmatched_low,
    cast(sum(numerator) as double) as unmatched_high
from measures
group by
    kpi_id,
    programme_id,
    cohort_id,
    delivery_mode,
    outcome_category,
    period_start_date,
    segment,
    region,
    language,
    tenure_band,
    prior_completion_band
