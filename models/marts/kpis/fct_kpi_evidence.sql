{{ config(
    materialized='incremental',
    unique_key='kpi_id',
) }}

{#- The organisation's own tables that feed KPIs. -#}
{%- set tables = [
    'activities', 'assessment_items', 'assessments', 'business_outcomes', 'cohorts',
    'consents', 'content', 'contracts', 'costs', 'credentials', 'due_dates',
    'enrolments', 'exclusions', 'excused_absences', 'facilitator_hours', 'forum_posts',
    'holidays', 'integrity_reviews', 'judgements', 'learner_time_rates',
    'mode_exceptions', 'mode_references', 'observations', 'path_nodes', 'peer_groups',
    'people', 'phases', 'programmes', 'ratings', 'recording_views', 'recordings',
    'reminders', 'searches', 'sessions', 'submissions', 'surveys', 'tutor_questions',
    'waivers',
] -%}

with

kpis as (
    select * from {{ ref('kpis') }}
),

modes as (
    select delivery_mode from {{ ref('delivery_modes') }}
),

-- What is about the organisation as a whole has no programme, and no delivery mode.
measured as (
    select
        amounts.kpi_id,
        modes.delivery_mode,
        min(amounts.period_start_date) as first_quarter_date,
        max(amounts.period_start_date) as last_quarter_date
    from {{ ref('fct_kpis') }} as amounts
    inner join modes
        on
            amounts.delivery_mode = modes.delivery_mode
            or amounts.programme_id = 'none'
    where amounts.period_start_date is not null
    group by amounts.kpi_id, modes.delivery_mode
),

row_counts as (
    {% for table in tables -%}
        select
            '{{ table }}' as evidence,
            count(*) as row_count
        from {{ ref('stg_organisation__' ~ table) }}
        union all
    {% endfor -%}
    select
        'roster' as evidence,
        count(*) as row_count
    from {{ ref('stg_organisation__enrolments') }}
    union all
    select
        'attendance_report' as evidence,
        count(*) as row_count
    from {{ ref('stg_organisation__technical_sessions') }}
    union all
    select
        'calendar' as evidence,
        count(*) as row_count
    from {{ ref('stg_organisation__planned_sessions') }}
    union all
    select
        verb as evidence,
        count(*) as row_count
    from {{ ref('int_current_statements') }}
    group by verb
),

available as (
    select distinct evidence from row_counts
    where row_count > 0
),

named as (
    select distinct evidence from row_counts
    union
    select verb as evidence from {{ ref('verbs') }}
    union
    select 'platform_report' as evidence
),

-- Both lists of the registry are words with spaces between.
applicable as (
    select
        kpis.kpi_id,
        modes.delivery_mode,
        named.evidence
    from kpis
    inner join modes
        on ' ' || kpis.modes || ' ' like '% ' || modes.delivery_mode || ' %'
    inner join named
        on ' ' || kpis.evidence || ' ' like '% ' || named.evidence || ' %'
)

select
    ---------- ids
    applicable.kpi_id,
    ---------- strings
    applicable.delivery_mode,
    applicable.evidence,
    ---------- booleans
    available.evidence is not null as is_available,
    measured.kpi_id is not null as is_measured,
    ---------- dates
    measured.first_quarter_date,
    measured.last_quarter_date
from applicable
left join available on applicable.evidence = available.evidence
left join measured
    on
        applicable.kpi_id = measured.kpi_id
        and applicable.delivery_mode = measured.delivery_mode
