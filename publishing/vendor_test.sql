-- One programme that is mostly live and one that is mostly self-paced, each with its
-- largest cohort; only programmes with at least k learners.
create temp table chosen as
with
cohort_sizes as (
    select
        programme_id,
        cohort_id,
        delivery_mode,
        count(distinct learner_key) as learner_count
    from marts.fct_enrolments
    group by all
),

session_counts as (
    select programme_id, cohort_id, count(*) as session_count
    from marts.dim_sessions
    where status <> 'cancelled'
    group by all
),

content_counts as (
    select programme_id, count(distinct activity_id) as content_count
    from marts.dim_activities
    where role <> 'programme'
    group by all
),

candidates as (
    select
        cohort_sizes.*,
        coalesce(session_count, 0) as session_count,
        coalesce(content_count, 0) as content_count,
        sum(learner_count) over (partition by programme_id, delivery_mode)
            as programme_learner_count
    from cohort_sizes
    left join session_counts using (programme_id, cohort_id)
    left join content_counts using (programme_id)
),

live as (
    select 'A' as programme, *
    from candidates
    where
        delivery_mode in ('sync', 'hybrid')
        and session_count > 0
        and programme_learner_count >= $k
    order by
        session_count desc,
        delivery_mode desc,
        learner_count desc,
        programme_id,
        cohort_id
    limit 1
),

self_paced as (
    select 'B' as programme, *
    from candidates
    where
        delivery_mode = 'async'
        and content_count > 0
        and programme_learner_count >= $k
        and programme_id not in (select programme_id from live)
    order by content_count desc, learner_count desc, programme_id, cohort_id
    limit 1
)

select * from live
union all
select * from self_paced;
-- table: programmes
select
    programme,
    chosen.delivery_mode,
    outcome_category,
    hybrid_pattern,
    completion_class,
    horizon_days,
    attendance_threshold,
    is_mandatory,
    is_high_stakes,
    session_count,
    content_count,
    case when learner_count >= $k then learner_count end as learners_of_a_cohort
from chosen
inner join marts.dim_programmes using (programme_id)
order by programme;
-- table: phases
select programme, phase_no, phase_mode, is_required
from intermediate.int_cohort_phases
inner join chosen using (programme_id, cohort_id)
order by programme, phase_no;
-- table: sessions
select
    programme,
    row_number() over (partition by programme order by begins_at, session_id)
        as session_no,
    phase_no,
    datediff('day', starts_at, begins_at) as days_from_start,
    datediff('minute', begins_at, ends_at) as minutes,
    time_zone,
    coalesce(policy = 'record', false) as is_recorded
from (
    select
        programme,
        session_id,
        parts.phase_no,
        policy,
        coalesce(sessions.time_zone, cohorts.time_zone) as time_zone,
        coalesce(planned_start_at, opened_at) as begins_at,
        coalesce(planned_end_at, closed_at) as ends_at,
        coalesce(
            starts_at, min(coalesce(planned_start_at, opened_at)) over ()
        ) as starts_at
    from marts.dim_sessions as sessions
    inner join chosen using (programme_id, cohort_id)
    inner join marts.dim_cohorts as cohorts using (programme_id, cohort_id)
    left join intermediate.int_phase_activities as parts
        using (programme_id, cohort_id, session_id)
    where status <> 'cancelled'
) as sessions
order by programme, session_no;
-- table: content
select
    programme,
    dense_rank() over (
        partition by programme
        order by parts.phase_no nulls last, role, activity_id
    ) as content_no,
    role,
    parts.phase_no,
    content_format,
    minutes,
    content_language as language,
    translation_kind,
    has_captions,
    has_transcript,
    is_mobile_ready,
    is_offline_ready
from intermediate.int_cohort_activities
inner join chosen using (programme_id, cohort_id)
left join intermediate.int_phase_activities as parts
    using (programme_id, cohort_id, activity_id)
left join staging.stg_organisation__content as content using (activity_id)
where content.programme_id is null or content.programme_id = chosen.programme_id
order by programme, content_no, language nulls last;
-- table: languages
select programme, learners.language
from marts.fct_enrolments
inner join chosen using (programme_id)
inner join marts.dim_learners as learners using (learner_key)
where learners.language is not null
group by programme, learners.language
having count(distinct learner_key) >= $k
order by programme, learners.language;
