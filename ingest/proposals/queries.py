"""What is read from schema raw for proposals; people become numbers at once."""

LEARNERS = """
create temp table links as
select actor_key, arg_max(learner_key, load_id) as learner_key
from raw.identity_links where not coalesce(is_revoked, false) group by actor_key
"""
LEARNING = """
create temp view runs as select distinct technical_session_id
from raw.technical_sessions;
create temp view statements as
select * replace (coalesce(technical_session_id, '') as technical_session_id)
from raw.statements
"""
PROGRAMMES = """
select programme_id, arg_max(programme_name, (source = 'organisation', load_id)),
    list(distinct programme_name order by programme_name)
from raw.programmes group by programme_id order by programme_id
"""
COHORTS = """
select cohort_id, arg_max(programme_id, load_id), arg_max(cohort_name, load_id),
    arg_max(starts_at, load_id), arg_max(ends_at, load_id)
from raw.cohorts group by cohort_id order by cohort_id
"""
ENROLMENTS = """
select coalesce(cohort_id, ''), arg_max(programme_id, e.load_id),
    list(distinct hash(coalesce(l.learner_key, e.actor_key))),
    count(distinct e.due_at), min(e.due_at),
    median(date_diff('day', p.hired_on, cast(e.enrolled_at as date))),
    coalesce(bool_and(o.connector = 'mapped'), false)
from raw.enrolments as e
left join raw.loads as o on e.load_id = o.load_id
left join links as l on e.actor_key = l.actor_key
left join (
    select actor_key, arg_max(hired_on, load_id) as hired_on
    from raw.people group by actor_key
) as p on e.actor_key = p.actor_key
where coalesce(e.role, 'learner') = 'learner'
group by coalesce(cohort_id, '') order by 1
"""
# People write the programme's name into a list of theirs; a platform writes an id.
WRITTEN = """
select e.programme_id, list(distinct hash(coalesce(k.learner_key, e.actor_key)))
    filter (coalesce(e.cohort_id, '') = '')
from raw.enrolments as e
inner join raw.loads as l on e.load_id = l.load_id
left join links as k on e.actor_key = k.actor_key
where l.connector in ('hr', 'organisation') and e.programme_id <> ''
    and coalesce(e.role, 'learner') = 'learner'
group by e.programme_id order by e.programme_id
"""
USES = """
select s.object_id, any_value(s.activity_type), max(s.activity_name),
    list(distinct s.verb_id), list(distinct hash(coalesce(l.learner_key, s.actor_key))),
    max(coalesce(s.grouping_ids, [])), max(coalesce(s.parent_ids, [])),
    min(s.occurred_at), max(s.occurred_at),
    median(s.duration_seconds) filter (s.duration_seconds > 0),
    list(distinct s.due_at) filter (s.due_at is not null),
    count(distinct coalesce(l.learner_key, s.actor_key)) filter (
        regexp_matches(s.verb_id, '/(completed|satisfied|earned|mastered)$')
    ),
    coalesce(bool_or(s.verb_id like '%/completed' and o.connector = 'mapped'), false),
    list(distinct o.connector) filter (o.connector is not null)
from statements as s
left join raw.loads as o on s.load_id = o.load_id
left join links as l on s.actor_key = l.actor_key
where s.object_kind = 'activity'
    and coalesce(s.activity_type, '') not like '%virtual-classroom%'
    and s.technical_session_id not in (select technical_session_id from runs)
group by s.object_id order by s.object_id
"""
FIRST_USES = """
select s.object_id, hash(coalesce(l.learner_key, s.actor_key)),
    list(distinct cast(s.occurred_at as date))
from statements as s
left join links as l on s.actor_key = l.actor_key
where s.object_kind = 'activity'
    and s.technical_session_id not in (select technical_session_id from runs)
    and coalesce(s.activity_type, '') not like '%virtual-classroom%'
group by all
"""
GROUPINGS = """
select unnest(grouping_ids) as around, list(distinct activity_type)
from raw.statements where object_kind = 'activity' and grouping_ids is not null
group by around order by around
"""
PLANNED = """
select series_id, join_key, title_key, list(distinct starts_at order by starts_at),
    median(date_diff('minute', starts_at, ends_at)), any_value(time_zone),
    list(distinct planned_session_id)
from raw.planned_sessions where coalesce(status, '') <> 'cancelled'
group by series_id, join_key, title_key order by all
"""
INVITED = """
select r.planned_session_id, hash(coalesce(l.learner_key, r.actor_key))
from raw.rsvps as r left join links as l on r.actor_key = l.actor_key group by all
"""
HELD = """
select any_value(t.source), t.join_key, t.title_key,
    list(distinct t.starts_at order by t.starts_at),
    median(date_diff('minute', t.starts_at, t.ends_at)),
    list(distinct t.technical_session_id)
from raw.technical_sessions as t group by t.join_key, t.title_key order by all
"""
ATTENDED = """
select s.technical_session_id, hash(coalesce(l.learner_key, s.actor_key))
from raw.statements as s inner join runs using (technical_session_id)
left join links as l on s.actor_key = l.actor_key group by all
"""
# Who hosts a meeting as its report or calendar says; teaching is no attendance.
HOSTS = """
select s.technical_session_id, hash(coalesce(l.learner_key, s.instructor_key))
from raw.statements as s inner join runs using (technical_session_id)
left join links as l on s.instructor_key = l.actor_key
where s.instructor_key is not null group by all
union
select r.planned_session_id, hash(coalesce(l.learner_key, r.actor_key))
from raw.rsvps as r left join links as l on r.actor_key = l.actor_key
where r.role = 'organiser' group by all
"""
DUE = """
select coalesce(cohort_id, ''), programme_id, min(due_at) from raw.due_dates
where actor_key is null and due_at > timestamp '1970-01-01' group by all
"""
SAID = """
select activity_id, arg_max(programme_id, coalesce(reported_at, timestamp '1970-01-01'))
from raw.activities where programme_id <> '' group by activity_id
"""
PEOPLE = """
select 1 from raw.people union all select 1 from raw.enrolments limit 1
"""
