with

registry as (
    select * from {{ ref('kpis') }}
    where evaluation_question is not null
),

kpis as (
    select * from {{ ref('fct_kpis') }}
),

cohorts as (
    select * from {{ ref('dim_cohorts') }}
),

judgements as (
    select * from {{ ref('stg_organisation__judgements') }}
),

last_quarters as (
    select
        kpi_id,
        max(period_start_date) as last_quarter_date
    from kpis
    group by kpi_id
),

-- The last four quarters of which anything is known.
summed as (
    select
        kpis.kpi_id,
        min(kpis.period_start_date) as period_start_date,
        max(kpis.period_start_date) as last_quarter_date,
        {{ exact_sum('kpis.numerator') }} as numerator,
        {{ exact_sum('kpis.denominator') }} as denominator,
        count(distinct kpis.programme_id) as programme_count
    from kpis
    inner join last_quarters
        on
            kpis.kpi_id = last_quarters.kpi_id
            and kpis.period_start_date
            > {{ dbt.dateadd('month', -12, 'last_quarters.last_quarter_date') }}
    group by kpis.kpi_id
),

-- Programmes in which the KPI could have evidence, by the delivery modes of cohorts.
applicable as (
    select
        registry.kpi_id,
        count(distinct cohorts.programme_id) as programme_count
    from registry
    left join cohorts
        on
            cohorts.delivery_mode is null
            or ' ' || registry.modes || ' '
            like '% ' || cohorts.delivery_mode || ' %'
    group by registry.kpi_id
),

-- How much is known at the KPI's level of evaluation differs between delivery modes.
parity as (
    select
        level,
        {%- for mode in ['sync', 'async', 'hybrid'] %}
            max(case when delivery_mode = '{{ mode }}' then measured_share end)
                as {{ mode }}_measured_share,
        {%- endfor %}
        case
            when count(*) > 1
                then
                    max(measured_share) - min(measured_share)
                    > {{ var('measured_share_gap') }}
        end as is_unevenly_measured
    from {{ ref('fct_measurement_parity') }}
    group by level
),

in_use as (
    select * from judgements
    where candidate is null
),

-- One candidate is looked at at a time: the one that was judged last.
candidates as (
    select
        candidate,
        row_number() over (
            order by max(judged_on) desc nulls last, candidate asc
        ) as candidate_rank
    from judgements
    where candidate is not null
    group by candidate
),

offered as (
    select judgements.*
    from judgements
    inner join candidates on judgements.candidate = candidates.candidate
    where candidates.candidate_rank = 1
)

select
    ---------- ids
    registry.kpi_id,
    ---------- strings
    registry.evaluation_question,
    registry.kpi_name as measure,
    registry.unit,
    registry.level,
    case
        when coalesce(summed.denominator, 0) = 0 then 'no_evidence'
        when
            registry.unit = 'share'
            and registry.direction <> 'lower_better'
            and summed.numerator = 0
            then 'not_used'
        else 'measured'
    end as evidence_state,
    in_use.judgement,
    in_use.judged_by_role,
    in_use.note as judgement_note,
    offered.candidate,
    offered.judgement as candidate_judgement,
    offered.judged_by_role as candidate_judged_by_role,
    offered.note as candidate_note,
    ---------- numerics
    summed.numerator,
    summed.denominator,
    coalesce(summed.programme_count, 0) as programme_count,
    applicable.programme_count as applicable_programme_count,
    parity.sync_measured_share,
    parity.async_measured_share,
    parity.hybrid_measured_share,
    ---------- booleans
    parity.is_unevenly_measured,
    ---------- dates
    summed.period_start_date,
    summed.last_quarter_date,
    in_use.judged_on,
    offered.judged_on as candidate_judged_on
from registry
inner join applicable on registry.kpi_id = applicable.kpi_id
left join parity on registry.level = parity.level
left join summed on registry.kpi_id = summed.kpi_id
left join in_use on registry.evaluation_question = in_use.question
left join offered on registry.evaluation_question = offered.question
