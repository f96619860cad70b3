{#- The organisation's own tables, each of which may feed a KPI. -#}
{%- set tables = [
    'programmes', 'consents', 'cohorts', 'phases', 'activities', 'path_nodes',
    'people', 'enrolments', 'sessions', 'recordings', 'reminders',
    'excused_absences', 'due_dates', 'waivers', 'exclusions', 'costs',
    'learner_time_rates', 'facilitator_hours', 'facilitator_capacity', 'content',
    'assessments', 'assessment_items', 'submissions', 'ratings', 'observations',
    'surveys', 'credentials', 'integrity_reviews', 'searches', 'tutor_questions',
    'contracts', 'plans', 'business_outcomes', 'mode_exceptions', 'mode_references',
    'judgements', 'holidays',
] -%}

with

row_counts as (
    {% for table in tables -%}
        select
            '{{ table }}' as evidence,
            count(*) as row_count
        from {{ source('organisation', table) }}
        union all
    {% endfor -%}
    select
        'roster' as evidence,
        count(*) as row_count
    from {{ source('organisation', 'enrolments') }}
    union all
    select
        'attendance_report' as evidence,
        count(*) as row_count
    from {{ source('organisation', 'technical_sessions') }}
    union all
    select
        'calendar' as evidence,
        count(*) as row_count
    from {{ source('organisation', 'planned_sessions') }}
)

select * from row_counts
