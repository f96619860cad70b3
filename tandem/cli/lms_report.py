"""The learning platform's own completion report, compared enrolment by enrolment.

The report is read as `tandem ingest` reads it, in a home of its own below TANDEM_HOME
that is removed afterwards: nothing of it lands.
"""

import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from tandem.cli.built_tables import built_tables
from tandem.core.counted import counted
from tandem.core.errors import DeliveryError, WrongUse
from tandem.core.explaining import opened
from tandem.core.files import TRIAL, Home
from tandem.core.reconciling import Step, rate
from tandem.core.settings import Settings

# A person and a course of the report; whoever finished once has finished.
REPORTED = r"""
select
    actor_key, object_id, max(activity_name) as activity_name,
    bool_or(regexp_matches(verb_id, '/(completed|passed)$')) as is_finished
from raw.statements semi join raw.loads using (load_id)
where actor_key is not null and object_kind = 'activity'
group by all
"""
# An account of the report leads to an address of the report, and that to a person.
LINKS = """
select actor_key, learner_key
from raw.identity_links semi join raw.loads using (load_id)
where not is_revoked
"""
PREPARED = """
create temp table own_links as
select linked.actor_key, coalesce(onward.learner_key, linked.learner_key) as learner_key
from linked left join linked as onward on linked.learner_key = onward.actor_key;

create temp table programme_names as
select activity_id as word, programme_id from persons.marts.dim_activities
union
select lower(activity_name), programme_id from persons.marts.dim_activities
where role = 'programme'
union
select lower(programme_name), programme_id from persons.marts.dim_programmes
union
select lower(programme_id), programme_id from persons.marts.dim_programmes;

-- A course is known by its id, by the end of its id, or by its name, in this order.
create temp table courses as
select
    object_id, any_value(activity_name) as activity_name,
    arg_min(programme_id, (rank, programme_id)) as programme_id
from (
    select reported.object_id, reported.activity_name, names.programme_id, 1 as rank
    from reported
    inner join programme_names as names on reported.object_id = names.word
    union all
    select reported.object_id, reported.activity_name, names.programme_id, 2
    from reported inner join programme_names as names
        on lower(regexp_extract(reported.object_id, '[^/]+$')) = names.word
    union all
    select reported.object_id, reported.activity_name, names.programme_id, 3
    from reported
    inner join programme_names as names on lower(reported.activity_name) = names.word
    union all
    select object_id, activity_name, null, 4 from reported
)
group by object_id;

create temp table pairs as
select
    coalesce(
        of_address.learner_key, aliases.learner_key,
        own_links.learner_key, reported.actor_key
    ) as learner_key,
    courses.programme_id,
    coalesce(courses.programme_id, courses.object_id) as course,
    bool_or(reported.is_finished) as is_finished
from reported
inner join courses using (object_id)
left join own_links on reported.actor_key = own_links.actor_key
left join aliases on reported.actor_key = aliases.actor_key
left join own_links as of_address on aliases.learner_key = of_address.actor_key
group by all;

create temp table wanted as
select distinct programme_id from pairs
where programme_id is not null and coalesce($programme, programme_id) = programme_id;

create temp table enrolled as
select
    learner_key, programme_id,
    arg_max(is_completed, episode_no) as is_finished,
    count(*) - 1 as earlier_count,
    count(*) filter (is_completed) - arg_max(is_completed, episode_no)::int
        as earlier_finished_count
from persons.marts.fct_enrolments semi join wanted using (programme_id)
group by learner_key, programme_id;
"""
COUNTED = """
with compared as (
    select
        coalesce(pairs.programme_id, enrolled.programme_id) as programme_id,
        pairs.course,
        pairs.is_finished as there,
        enrolled.is_finished as here,
        enrolled.earlier_count,
        enrolled.earlier_finished_count,
        pairs.learner_key in (
            select learner_key from persons.marts.dim_learners
            where is_on_record
            union select learner_key from persons.marts.fct_enrolments
        ) as is_known
    from pairs full outer join enrolled using (learner_key, programme_id)
)
select
    case
        when there is null then 'only_here'
        when programme_id is null then 'unbound'
        when programme_id not in (from wanted) then 'other'
        when here is null and is_known then 'not_enrolled'
        when here is null then 'unknown_person'
        else 'both'
    end as step,
    count(*) as row_count,
    count(*) filter (there) as there_count,
    count(*) filter (here) as here_count,
    count(*) filter (there and not here) as only_there_count,
    count(*) filter (here and not there) as newly_here_count,
    coalesce(sum(earlier_count), 0)::bigint as earlier_count,
    coalesce(sum(earlier_finished_count), 0)::bigint as earlier_finished_count
from compared group by all
"""
UNBOUND = """
select distinct coalesce(activity_name, object_id) from courses
where programme_id is null order by 1
"""
LEFT_OUT = ("unbound", "other", "unknown_person", "not_enrolled")
Row = dict[str, Any]


@dataclass(frozen=True)
class Compared:
    """A report beside the enrolments here.

    Attributes:
        steps: from the report to everyone enrolled here, in order.
        programmes: that the report is about, sorted.
        unbound: names of courses that no programme has, sorted.
        notes: what reading the report had to say.
    """

    steps: list[Step]
    programmes: list[str]
    unbound: list[str]
    notes: list[str]


def compare_report(
    home: Home, settings: Settings, path: Path, options: Row, programme: str
) -> Compared:
    """Return the steps from a report to the enrolments here. Call it with the lock.

    Args:
        home: with the analysts' file of its current snapshot.
        settings: of the home.
        path: of the report.
        options: tz and mapping as `tandem ingest` takes them; None where not given.
        programme: of this one; "" for all that the report names.

    Raises:
        DeliveryError: the report cannot be read.
        WrongUse: no course of it is in a programme, or there is no analysts' file.
    """
    from ingest.identity.current_links import CURRENT_LINKS

    with tempfile.TemporaryDirectory(dir=home.root, prefix=TRIAL) as folder:
        trial, notes = _read(Path(folder), settings, path, options)
        with closing(duckdb.connect(str(trial.warehouse), read_only=True)) as raw:
            reported, links = raw.sql(REPORTED).pl(), raw.sql(LINKS).pl()
    with built_tables(home) as connection:
        linked = connection.sql(CURRENT_LINKS).pl()
    with opened(home, with_persons=True) as (connection, has_persons):
        if not has_persons:
            raise WrongUse(
                "single enrolments are not in what is published here",
                "--lms-file",
                "an agreement with a works council forbids it: see tandem explain",
            )
        connection.register("linked", linked)
        connection.register("reported", reported)
        connection.register("aliases", links.unique("actor_key"))
        for statement in PREPARED.split(";\n"):
            given = (
                {"programme": programme or None} if "$programme" in statement else {}
            )
            if statement.strip():
                connection.execute(statement, given)
        unbound = [name for (name,) in connection.sql(UNBOUND).fetchall()]
        names = connection.sql("from wanted order by 1").fetchall()
        if not names:
            raise WrongUse(
                "no course of it is in a programme",
                path.name,
                f"it has: {', '.join(unbound[:3]) or 'no course'}; bind them in the "
                "table activities, or name them as the programmes are named",
            )
        rows = connection.sql(COUNTED).pl().to_dicts()
    found = {row["step"]: row for row in rows}
    return Compared(_steps(found), [one for (one,) in names], unbound, notes)


def _read(
    folder: Path, settings: Settings, path: Path, options: Row
) -> tuple[Home, list[str]]:
    """Land the report in a home of its own, and return that home."""
    from ingest.landing.delivery import ReadOptions
    from ingest.run import ingest

    if not path.exists():
        raise WrongUse("there is no such file", str(path), "name the report")
    trial = Home(folder)
    zone = options.get("tz") or settings.vars["organisation_time_zone"]
    given = ReadOptions(tz=zone, mapping=options.get("mapping"))
    (report, *_others) = ingest([path], trial, settings, given)
    if report.error:
        raise DeliveryError(report.error)
    notes = list(report.notes)
    if report.rejected_count:
        notes.append(
            f"{counted(report.rejected_count, 'row was', 'rows were')} refused"
        )
    return trial, notes


def _steps(found: dict[str, Row]) -> list[Step]:
    nothing = dict.fromkeys(
        (
            *("row_count", "there_count", "here_count", "only_there_count"),
            *("newly_here_count", "earlier_count", "earlier_finished_count"),
        ),
        0,
    )
    at = {name: found.get(name, nothing) for name in (*LEFT_OUT, "both", "only_here")}
    reported = (*LEFT_OUT, "both")
    count = sum(at[name]["row_count"] for name in reported)
    finished = sum(at[name]["there_count"] for name in reported)
    steps = [Step("report", count, finished, rate(finished, count))]

    def go(step: str, rows: int, had_finished: int) -> None:
        nonlocal count, finished
        count, finished = count + rows, finished + had_finished
        steps.append(Step(step, rows, had_finished, rate(finished, count)))

    for name in LEFT_OUT:
        go(name, -at[name]["row_count"], -at[name]["there_count"])
    go("finished_there", 0, -at["both"]["only_there_count"])
    go("finished_here", 0, at["both"]["newly_here_count"])
    go("only_here", at["only_here"]["row_count"], at["only_here"]["here_count"])
    both = (at["both"], at["only_here"])
    go(
        "earlier",
        sum(row["earlier_count"] for row in both),
        sum(row["earlier_finished_count"] for row in both),
    )
    return steps
