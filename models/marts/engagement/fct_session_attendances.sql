with

sessions as (
    select * from {{ ref('int_live_sessions') }}
    where cohort_id is not null and status <> 'cancelled'
),

presences as (
    select * from {{ ref('int_session_attendances') }}
),

enrolments as (
    select * from {{ ref('fct_enrolments') }}
),

registrants as (
    select * from {{ ref('int_session_registrants') }}
),

teachers as (
    select * from {{ ref('int_session_teachers') }}
),

learners as (
    select * from {{ ref('dim_learners') }}
),

programmes as (
    select * from {{ ref('dim_programmes') }}
),

cohorts as (
    select * from {{ ref('dim_cohorts') }}
),

-- Of several episodes in one cohort, the one that was running. What was reported is
-- known, however late another source of the programme is.
rostered as (
    select
        sessions.session_id,
        enrolments.enrolment_id,
        enrolments.learner_key,
        enrolments.business_unit,
        enrolments.region,
        not enrolments.is_waived
        and not coalesce(sessions.is_called_off, false)
        and coalesce(enrolments.enrolled_at <= sessions.counts_from_at, true)
        and coalesce(
            enrolments.withdrawn_at > {{ add_seconds(
                'sessions.counts_from_at', '-3600 * ' ~ var('session_cutoff_hours')
            ) }},
            not enrolments.is_withdrawn
        )
        and coalesce(enrolments.left_at > sessions.counts_from_at, true)
            as is_expected,
        row_number() over (
            partition by sessions.session_id, enrolments.learner_key
            order by
                case
                    when enrolments.clock_started_at > sessions.counts_from_at then 1
                    else 0
                end asc,
                enrolments.episode_no desc
        ) as episode_rank
    from sessions
    inner join enrolments
        on
            sessions.programme_id = enrolments.programme_id
            and sessions.cohort_id = enrolments.cohort_id
    left join teachers
        on
            sessions.session_id = teachers.session_id
            and enrolments.learner_key = teachers.learner_key
    where
        (
            sessions.counts_until_at <= enrolments.as_of
            or sessions.has_attendance_evidence
        )
        and teachers.learner_key is null
),

roster as (
    select * from rostered
    where episode_rank = 1
),

-- Whoever registered for a session is expected in it too, unless the roster knows
-- better: a webinar has no other list.
invited as (
    select
        session_id,
        enrolment_id,
        learner_key,
        business_unit,
        region,
        is_expected
    from roster
    union all
    select
        registrants.session_id,
        cast(null as {{ dbt.type_string() }}) as enrolment_id,
        registrants.learner_key,
        cast(null as {{ dbt.type_string() }}) as business_unit,
        cast(null as {{ dbt.type_string() }}) as region,
        not coalesce(sessions.is_called_off, false) as is_expected
    from registrants
    inner join sessions on registrants.session_id = sessions.session_id
    inner join programmes on sessions.programme_id = programmes.programme_id
    left join roster
        on
            registrants.session_id = roster.session_id
            and registrants.learner_key = roster.learner_key
    where
        roster.learner_key is null
        and (
            sessions.counts_until_at <= programmes.as_of
            or sessions.has_attendance_evidence
        )
),

paired as (
    select
        coalesce(invited.session_id, presences.session_id) as session_id,
        coalesce(invited.learner_key, presences.learner_key) as learner_key,
        invited.enrolment_id,
        invited.business_unit,
        invited.region,
        coalesce(invited.is_expected, false) as is_expected,
        presences.learner_key is not null as is_present,
        presences.join_count,
        presences.attended_seconds,
        presences.reported_seconds,
        presences.is_imputed,
        presences.first_joined_at,
        presences.last_left_at
    from invited
    full outer join presences
        on
            invited.session_id = presences.session_id
            and invited.learner_key = presences.learner_key
),

measured as (
    select
        paired.session_id,
        paired.learner_key,
        paired.enrolment_id,
        sessions.programme_id,
        sessions.cohort_id,
        cohorts.delivery_mode,
        cohorts.outcome_category,
        coalesce(paired.business_unit, learners.business_unit, 'unknown')
            as business_unit,
        coalesce(paired.region, learners.region, 'unknown') as region,
        sessions.phase_no,
        paired.is_expected,
        paired.is_present,
        paired.enrolment_id is not null or coalesce(learners.is_on_record, false)
            as is_matched,
        sessions.has_attendance_evidence,
        coalesce(programmes.attendance_threshold, {{ var('attendance_threshold') }})
            as attendance_threshold,
        {{ seconds_between('sessions.counts_from_at', 'sessions.counts_until_at') }}
            as session_seconds,
        case
            when paired.is_present then paired.attended_seconds
            when sessions.has_attendance_evidence then 0
        end as attended_seconds,
        coalesce(paired.join_count, 0) as join_count,
        paired.reported_seconds,
        coalesce(paired.is_imputed, false) as is_imputed,
        {{ seconds_between('sessions.counts_from_at', 'paired.first_joined_at') }}
            as late_seconds,
        {{ seconds_between('paired.last_left_at', 'sessions.counts_until_at') }}
            as left_early_seconds,
        paired.first_joined_at,
        paired.last_left_at,
        sessions.counts_from_at as session_started_at,
        sessions.counts_until_at as session_ended_at
    from paired
    inner join sessions on paired.session_id = sessions.session_id
    inner join programmes on sessions.programme_id = programmes.programme_id
    inner join cohorts
        on
            sessions.programme_id = cohorts.programme_id
            and sessions.cohort_id = cohorts.cohort_id
    left join learners on paired.learner_key = learners.learner_key
    where paired.is_expected or paired.is_present
),

judged as (
    select
        *,
        attended_seconds / nullif(session_seconds, 0) as attendance_ratio,
        coalesce(attended_seconds >= attendance_threshold * session_seconds, false)
            as is_long_enough
    from measured
),

stated as (
    select
        *,
        case
            when not is_expected then 'walk_in'
            when attended_seconds is null then 'unknown'
            when not is_present then 'no_show'
            when is_long_enough then 'attended'
            else 'partial'
        end as attendance_status
    from judged
),

-- Somebody whom no list knows may be any of those who seem to have been away.
counted as (
    select
        *,
        sum(case when is_long_enough and not is_matched then 1 else 0 end) over (
            partition by session_id
        ) as stranger_count,
        sum(case when attendance_status = 'no_show' then 1 else 0 end) over (
            partition by session_id
        ) as no_show_count
    from stated
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
    attendance_status,
    ---------- numerics
    phase_no,
    attendance_threshold,
    cast(session_seconds as double) as session_seconds,
    cast(attended_seconds as double) as attended_seconds,
    cast(attendance_ratio as double) as attendance_ratio,
    reported_seconds,
    cast(join_count as bigint) as join_count,
    cast(late_seconds as double) as late_seconds,
    cast(left_early_seconds as double) as left_early_seconds,
    ---------- booleans
    is_expected,
    is_matched,
    is_imputed,
    ---------- dates
    {{ fiscal_quarter_start('session_ended_at') }} as session_quarter_date,
    ---------- timestamps
    first_joined_at,
    last_left_at,
    session_started_at,
    session_ended_at,
    ---------- measures
    {{ measure('attendance_rate', "attendance_status in
        ('attended', 'partial', 'no_show')", "attendance_status = 'attended'") }},
    {{ measure('no_show_rate', "attendance_status in
        ('attended', 'partial', 'no_show')", "attendance_status = 'no_show'") }},
    cast(
        case
            when attendance_status in ('attended', 'partial', 'no_show')
                then attended_seconds / 3600.0
        end as double
    ) as presence_depth_numerator,
    cast(
        case
            when attendance_status in ('attended', 'partial', 'no_show')
                then session_seconds / 3600.0
        end as double
    ) as presence_depth_denominator,
    ---------- what the attendance could be, whoever the strangers were
    cast(
        case
            when attendance_status = 'attended' then 1.0
            when attendance_status = 'partial' then 0.0
            when attendance_status = 'no_show'
                then least(1.0, stranger_count / cast(no_show_count as double))
        end as double
    ) as attendance_rate_high
from counted
