{%- set hour_micros = ' * cast(3600000000 as bigint)' %}

with

attendances as (
    select * from {{ ref('fct_session_attendances') }}
    where is_expected
),

sessions as (
    select * from {{ ref('dim_sessions') }}
),

learners as (
    select * from {{ ref('dim_learners') }}
),

holidays as (
    select * from {{ ref('stg_organisation__holidays') }}
),

rsvps as (
    select * from {{ ref('stg_organisation__rsvps') }}
    where role = 'invitee'
),

reminders as (
    select
        sessions.session_id,
        reminders.learner_key,
        min(sessions.programme_id) as programme_id,
        min(reminders.sent_at) as first_reminded_at,
        max(
            case
                when
                    {{ micros_between(
                        'reminders.sent_at', 'sessions.planned_start_at'
                    ) }}
                    between {{ var('reminder_hours_least') }}{{ hour_micros }}
                    and {{ var('reminder_hours_most') }}{{ hour_micros }}
                    then 1
                else 0
            end
        ) = 1 as is_in_time
    from {{ ref('stg_organisation__reminders') }} as reminders
    inner join {{ ref('int_session_references') }} as session_references
        on
            reminders.cohort_id = session_references.cohort_id
            and reminders.session_starts_at = session_references.session_starts_at
    inner join sessions on session_references.session_id = sessions.session_id
    group by sessions.session_id, reminders.learner_key
),

-- Where a programme reports no reminder or no excuse, they are unknown and not zero.
reminding_programmes as (
    select distinct programme_id from reminders
),

excusing_programmes as (
    select distinct programme_id from attendances
    where attendance_status = 'excused'
),

described as (
    select
        attendances.*,
        excusing_programmes.programme_id is not null as has_excuses,
        rsvps.response,
        reminders.first_reminded_at,
        coalesce(reminders.is_in_time, false) as is_reminded,
        reminding_programmes.programme_id is not null as has_reminders,
        case
            when learners.is_time_zone_known
                then {{ local_timestamp(
                    'coalesce(sessions.planned_start_at, attendances.session_started_at)',
                    'learners.time_zone'
                ) }}
        end as local_start_at
    from attendances
    inner join sessions on attendances.session_id = sessions.session_id
    left join learners on attendances.learner_key = learners.learner_key
    left join rsvps
        on
            attendances.session_id = rsvps.planned_session_id
            and attendances.learner_key = rsvps.learner_key
    left join reminders
        on
            attendances.session_id = reminders.session_id
            and attendances.learner_key = reminders.learner_key
    left join reminding_programmes
        on attendances.programme_id = reminding_programmes.programme_id
    left join excusing_programmes
        on attendances.programme_id = excusing_programmes.programme_id
),

dated as (
    select
        *,
        extract(hour from local_start_at) as local_hour,
        exists(
            select 1 from holidays
            where
                holidays.holiday_on = cast(described.local_start_at as date)
                and coalesce(holidays.region, described.region) = described.region
        ) as is_holiday,
        {{ day_number('local_start_at') }} as local_day_no
    from described
)

select
    ---------- ids
    session_id,
    learner_key,
    enrolment_id,
    programme_id,
    cohort_id,
    ---------- strings
    delivery_mode,
    outcome_category,
    business_unit,
    region,
    response,
    ---------- dates
    session_quarter_date,
    ---------- timestamps
    local_start_at,
    first_reminded_at,
    ---------- measures, null where the expected attendance is not in the base
    {{ measure(
        'convenient_time_rate',
        'local_start_at is not null',
        'local_day_no % 7 < 5 and not is_holiday and local_hour >= '
        ~ var('working_day_start_hour') ~ ' and local_hour < '
        ~ var('working_day_end_hour')
    ) }},
    {{ measure(
        'invitation_acceptance', 'response is not null', "response = 'accepted'"
    ) }},
    {{ measure('reminder_coverage', 'has_reminders', 'is_reminded') }},
    {{ measure(
        'excused_rate',
        "has_excuses and attendance_status <> 'unknown'",
        "attendance_status = 'excused'"
    ) }}
from dated
