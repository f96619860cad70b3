{{ config(
    materialized='incremental',
    unique_key=['kpi_id', 'period_start_date', 'period_end_date', 'cohort_id'],
) }}

{#- Kappa with quadratic weights (Cohen 1968): 1 - observed / expected squared distance
    of the two scores, expected as if each rater gave the same scores to others. Of n
    pairs a, b: 1 - n sum (a - b)^2 / (n (sum a^2 + sum b^2) - 2 sum a sum b). -#}
{%- set grains = [
    [], ['delivery_mode'], ['outcome_category'], ['delivery_mode', 'outcome_category'],
    ['programme_id'], ['business_unit'], ['business_unit', 'outcome_category'],
    ['region'], ['cohort_id'],
] -%}
{%- set dimensions = [
    'delivery_mode', 'outcome_category', 'programme_id', 'cohort_id', 'business_unit',
    'region',
] -%}

with

pairs as (
    select
        registered.kpi_id,
        ratings.*,
        ratings.person_score * ratings.person_score
        + ratings.ai_score * ratings.ai_score as squares,
        (ratings.person_score - ratings.ai_score)
        * (ratings.person_score - ratings.ai_score) as squared_distance,
        coalesce(ratings.business_unit, 'unknown') as unit_name,
        coalesce(ratings.region, 'unknown') as region_name,
        coalesce(ratings.delivery_mode, 'unknown') as mode_name
    from {{ ref('fct_double_ratings') }} as ratings
    cross join {{ ref('kpis') }} as registered
    where
        registered.source_fact = 'fct_double_ratings'
        and ratings.rated_quarter_date is not null
),

quarters as (
    select distinct rated_quarter_date as quarter_date from pairs
),

{{ statistic_windows() }},

in_periods as (
    select
        pairs.*,
        windows.period_start_date,
        windows.period_end_date,
        false as is_lifetime
    from pairs
    inner join windows
        on
            pairs.rated_quarter_date >= windows.period_start_date
            and pairs.rated_quarter_date <= windows.period_end_date
    union all
    select
        *,
        min(rated_quarter_date) over (partition by cohort_id) as period_start_date,
        {{ end_of_quarter('max(rated_quarter_date) over (partition by cohort_id)') }}
            as period_end_date,
        true as is_lifetime
    from pairs
),

named as (
    select
        kpi_id,
        learner_key,
        person_score,
        ai_score,
        squares,
        squared_distance,
        mode_name as delivery_mode,
        outcome_category,
        programme_id,
        cohort_id,
        unit_name as business_unit,
        region_name as region,
        period_start_date,
        period_end_date,
        is_lifetime
    from in_periods
),

summed as (
    {% for grain in grains -%}
        {%- set cell = ['kpi_id', 'period_start_date', 'period_end_date'] + grain %}
        select
            kpi_id,
            period_start_date,
            period_end_date,
            {%- for dimension in dimensions %}
                {{ dimension if dimension in grain else "'all' as " ~ dimension }},
            {%- endfor %}
            count(*) as pair_count,
            count(distinct learner_key) as learner_count,
            {{ exact_sum('person_score') }} as person_sum,
            {{ exact_sum('ai_score') }} as ai_sum,
            {{ exact_sum('squares') }} as square_sum,
            {{ exact_sum('squared_distance') }} as distance_sum
        from named
        where {{ '' if 'cohort_id' in grain else 'not ' }}is_lifetime
        group by {{ cell | join(', ') }}
        {% if not loop.last %}union all{% endif %}
    {% endfor -%}
)

select
    ---------- ids
    kpi_id,
    ---------- strings
    {{ dimensions | join(',\n    ') }},
    'weighted_kappa' as statistic,
    ---------- numerics
    case
        when pair_count >= {{ var('agreement_pairs_least') }}
            then
                1.0 - pair_count * distance_sum
                / nullif(pair_count * square_sum - 2.0 * person_sum * ai_sum, 0.0)
    end as value,
    cast(learner_count as bigint) as learner_count,
    cast(pair_count as bigint) as pair_count,
    ---------- dates
    period_start_date,
    period_end_date
from summed
