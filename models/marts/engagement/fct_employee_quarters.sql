{%- set organisation_zone = "'" ~ var('organisation_time_zone') ~ "'" %}

with

employees as (
    select * from {{ ref('int_employments') }}
    where person_kind = 'employee'
),

learner_days as (
    select
        *,
        {{ fiscal_quarter_of_day('active_date') }} as quarter_date,
        coalesce({{ micros_of_seconds('self_paced_seconds') }}, 0)
        + coalesce({{ micros_of_seconds('live_seconds') }}, 0) as micros,
        self_paced_seconds is not null or live_seconds is not null as is_timed
    from {{ ref('fct_learner_days') }}
    where
        enrolment_id in (
            select enrolments.enrolment_id
            from {{ ref('fct_enrolments') }} as enrolments
            where enrolments.exclusion_reason is null
        )
),

-- A quarter counts once every source that still reports has reported all of it.
known_until as (
    select
        coalesce(
            min(case when not is_ended then watermark_at end), max(watermark_at)
        ) as as_of
    from {{ ref('int_source_watermarks') }}
),

-- A quarter in which nobody learned is one of which nothing is known.
quarters as (
    select
        days.quarter_date,
        {{ end_of_quarter('days.quarter_date') }} as last_date,
        {{ utc_from_local(
            'cast(' ~ dbt.dateadd('month', 3, 'days.quarter_date') ~ ' as timestamp)',
            organisation_zone
        ) }} as ends_at,
        max(case when days.is_timed then 1 else 0 end) = 1 as is_timed
    from learner_days as days
    cross join known_until
    where
        cast({{ dbt.dateadd('month', 3, 'days.quarter_date') }} as date)
        <= cast({{ add_days('known_until.as_of', 1) }} as date)
    group by days.quarter_date
),

present as (
    select
        employees.learner_key,
        employees.business_unit,
        employees.region,
        quarters.*,
        greatest(
            quarters.quarter_date,
            coalesce(employees.entered_on, quarters.quarter_date)
        ) as present_from,
        least(quarters.last_date, coalesce(employees.last_on, quarters.last_date))
            as present_until,
        coalesce(employees.entered_on <= quarters.last_date, true)
        and coalesce(employees.left_at >= quarters.ends_at, true) as is_there_at_end
    from employees
    inner join quarters
        on
            coalesce(employees.holds_from_at < quarters.ends_at, true)
            and coalesce(employees.holds_until_at >= quarters.ends_at, true)
),

excluded as (
    select distinct
        present.learner_key,
        present.quarter_date
    from present
    inner join {{ ref('int_exclusions') }} as exclusions
        on present.learner_key = exclusions.learner_key
    where
        exclusions.programme_id is null
        and coalesce(exclusions.excluded_from_at < present.ends_at, true)
        and coalesce(exclusions.excluded_until_at >= present.ends_at, true)
),

learned as (
    select
        learner_key,
        quarter_date,
        cast(sum(micros) as bigint) as micros
    from learner_days
    group by learner_key, quarter_date
),

described as (
    select
        present.*,
        excluded.learner_key is not null as is_excluded,
        learned.learner_key is not null as has_learned,
        coalesce(learned.micros, 0) as micros,
        cast(
            {{ day_number('present.present_until') }}
            - {{ day_number('present.present_from') }} + 1 as double
        )
        / cast(
            {{ day_number('present.last_date') }}
            - {{ day_number('present.quarter_date') }} + 1 as double
        ) as present_share
    from present
    left join excluded
        on
            present.learner_key = excluded.learner_key
            and present.quarter_date = excluded.quarter_date
    left join learned
        on
            present.learner_key = learned.learner_key
            and present.quarter_date = learned.quarter_date
    where present.present_from <= present.present_until
)

select
    ---------- ids
    learner_key,
    'none' as programme_id,
    'all' as cohort_id,
    ---------- strings
    cast(null as {{ dbt.type_string() }}) as delivery_mode,
    'unclassified' as outcome_category,
    business_unit,
    region,
    ---------- numerics
    present_share,
    {{ hours_of_micros('micros') }} as learning_hours,
    ---------- booleans
    has_learned,
    is_there_at_end,
    is_excluded,
    ---------- dates
    quarter_date as employed_quarter_date,
    ---------- measures, null outside the base
    {{ measure(
        'employee_reach', 'is_there_at_end and not is_excluded', 'has_learned'
    ) }},
    case when is_timed and not is_excluded then {{ hours_of_micros('micros') }} end
        as learning_hours_per_employee_numerator,
    case when is_timed and not is_excluded then present_share end
        as learning_hours_per_employee_denominator
from described
