{%- set modes = ['sync', 'async', 'hybrid'] -%}
with

programmes as (
    select * from {{ ref('dim_programmes') }}
),

mode_references as (
    select * from {{ ref('int_programme_mode_references') }}
),

exceptions as (
    select * from {{ ref('stg_organisation__mode_exceptions') }}
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
),

-- What is known of each mode from the enrolments whose time is over.
counted as (
    select
        programme_id,
        {%- for mode in modes %}
            count(distinct case when delivery_mode = '{{ mode }}' then cohort_id end)
                as {{ mode }}_cohort_count,
            cast(sum(
                case
                    when delivery_mode = '{{ mode }}' then completion_rate_denominator
                end
            ) as bigint) as {{ mode }}_rated_count,
            cast(sum(
                case
                    when delivery_mode = '{{ mode }}' then completion_rate_numerator
                end
            ) as bigint) as {{ mode }}_completed_count,
        {%- endfor %}
        count(*) as enrolment_count
    from enrolments
    group by programme_id
)

select
    ---------- ids
    programmes.programme_id,
    ---------- strings
    programmes.outcome_category,
    mode_references.second_outcome_category,
    mode_references.reference_mode,
    mode_references.reference_reason,
    mode_references.adopted_by_role as reference_adopted_by_role,
    programmes.default_delivery_mode,
    exceptions.reason as exception_reason,
    ---------- numerics
    coalesce(counted.enrolment_count, 0) as enrolment_count,
    {%- for mode in modes %}
        coalesce(counted.{{ mode }}_cohort_count, 0) as {{ mode }}_cohort_count,
    {%- endfor %}
    {%- for mode in modes %}
        counted.{{ mode }}_rated_count,
        counted.{{ mode }}_completed_count,
        {{ wilson_low(
            'counted.' ~ mode ~ '_completed_count', 'counted.' ~ mode ~ '_rated_count'
        ) }} as {{ mode }}_completion_low,
        {{ wilson_high(
            'counted.' ~ mode ~ '_completed_count', 'counted.' ~ mode ~ '_rated_count'
        ) }} as {{ mode }}_completion_high,
    {%- endfor %}
    ---------- booleans
    {{ is_aligned(
        'programmes.default_delivery_mode', 'mode_references.reference_mode'
    ) }} as is_aligned,
    exceptions.programme_id is not null as has_exception,
    ---------- dates
    mode_references.adopted_on as reference_adopted_on,
    exceptions.decided_on as exception_decided_on,
    exceptions.review_on as exception_review_on
from programmes
left join mode_references on programmes.programme_id = mode_references.programme_id
left join exceptions on programmes.programme_id = exceptions.programme_id
left join counted on programmes.programme_id = counted.programme_id
