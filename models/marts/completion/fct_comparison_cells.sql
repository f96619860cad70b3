{#- KPIs of other facts: one row there is an enrolment too, or a seat of one. -#}
{%- set elsewhere = [
    {
        'kpi_id': 'active_days_per_learner',
        'fact': 'fct_learner_engagement',
        'anchor': 'matured_quarter_date',
        'high': 'active_days_per_learner_numerator',
    },
    {
        'kpi_id': 'learning_hours_per_enrolment',
        'fact': 'fct_learner_engagement',
        'anchor': 'matured_quarter_date',
        'high': 'learning_hours_per_enrolment_numerator',
    },
    {
        'kpi_id': 'attendance_rate',
        'fact': 'fct_session_attendances',
        'anchor': 'session_quarter_date',
        'high': 'attendance_rate_high',
    },
] %}

with

enrolments as (
    select * from {{ ref('fct_enrolments') }}
),

sessions as (
    select * from {{ ref('fct_sessions') }}
),

-- How many in a cohort's rooms are people whom nobody could match to a name on a list:
-- as many as in the session with the most, since each may be in every one.
strangers as (
    select
        programme_id,
        cohort_id,
        max(unmatched_count) as present_count,
        max(unmatched_attended_count) as attended_count
    from sessions
    group by programme_id, cohort_id
),

of_enrolments as (
    {% for kpi in comparison_kpis() -%}
        select
            '{{ kpi.kpi_id }}' as kpi_id,
            enrolment_id,
            programme_id,
            cohort_id,
            {{ kpi.anchor }} as period_start_date,
            case
                when
                    completion_class = 'attendance'
                    and '{{ kpi.kpi_id }}' in (
                        'completion_rate',
                        'completion_rate_at_start',
                        'completion_rate_not_withdrawn',
                        'completion_rate_started',
                        'on_time_rate'
                    )
                    then 'attended'
                when '{{ kpi.kpi_id }}' = 'start_rate' then 'present'
            end as hidden_by,
            cast({{ kpi.kpi_id }}_numerator as double) as numerator
        from enrolments
        where {{ kpi.kpi_id }}_denominator is not null
        {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),

-- Any of a cohort's strangers may be any of those who seem not to have done it.
bounded as (
    select
        of_enrolments.kpi_id,
        of_enrolments.enrolment_id,
        of_enrolments.period_start_date,
        of_enrolments.numerator,
        of_enrolments.numerator + case
            when of_enrolments.numerator = 1 then 0.0
            else least(
                1.0,
                case of_enrolments.hidden_by
                    when 'attended' then coalesce(strangers.attended_count, 0)
                    when 'present' then coalesce(strangers.present_count, 0)
                    else 0
                end
                / cast(
                    sum(case when of_enrolments.numerator = 0 then 1 end) over (
                        partition by
                            of_enrolments.kpi_id,
                            of_enrolments.programme_id,
                            of_enrolments.cohort_id
                    ) as double
                )
            )
        end as high
    from of_enrolments
    left join strangers
        on
            of_enrolments.programme_id = strangers.programme_id
            and of_enrolments.cohort_id = strangers.cohort_id
),

measures as (
    select * from bounded
    {% for kpi in elsewhere -%}
        union all
        select
            '{{ kpi.kpi_id }}' as kpi_id,
            enrolment_id,
            {{ kpi.anchor }} as period_start_date,
            cast({{ kpi.kpi_id }}_numerator as double) as numerator,
            cast({{ kpi.high }} as double) as high
        from {{ ref(kpi.fact) }}
        where {{ kpi.kpi_id }}_denominator is not null
    {% endfor -%}
)

select
    measures.kpi_id,
    enrolments.programme_id,
    enrolments.cohort_id,
    enrolments.delivery_mode,
    enrolments.outcome_category,
    measures.period_start_date,
    enrolments.segment,
    enrolments.region,
    enrolments.language,
    enrolments.tenure_band,
    enrolments.prior_completion_band,
    cast(count(distinct enrolments.learner_key) as bigint) as learner_count,
    cast(sum(measures.numerator) as double) as numerator,
    cast(count(*) as double) as denominator,
    cast(sum(measures.numerator) as double) as value_sum,
    cast(sum(measures.numerator * measures.numerator) as double)
        as value_sum_of_squares,
    cast(sum(measures.numerator) as double) as unmatched_low,
    cast(sum(measures.high) as double) as unmatched_high
from measures
inner join enrolments on measures.enrolment_id = enrolments.enrolment_id
group by
    measures.kpi_id,
    enrolments.programme_id,
    enrolments.cohort_id,
    enrolments.delivery_mode,
    enrolments.outcome_category,
    measures.period_start_date,
    enrolments.segment,
    enrolments.region,
    enrolments.language,
    enrolments.tenure_band,
    enrolments.prior_completion_band
