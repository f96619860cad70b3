"""What a roster leaves out that an earlier one had, and unknown programmes."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches

import duckdb

from ingest.identity.current_links import CURRENT_LINKS
from ingest.landing.report import LoadReport
from tandem.core.counted import counted

NAMED = 5  # groups, and programmes, that a note names
# The organisation's own table is no list: a row that is known already lands only once.
# A group is a cohort, or the programme where a row names no cohort.
LISTED = f"""
create or replace temp table listed_members as
with links as ({CURRENT_LINKS}),
days as (
    select load_id, max(reported_at) as reported_at
    from raw.roster_deliveries group by load_id
)
select
    enrolments.load_id,
    enrolments.source,
    loads.connector,
    coalesce(days.reported_at, loads.committed_at) as listed_at,
    loads.committed_at,
    coalesce(enrolments.cohort_id, enrolments.programme_id) as group_id,
    coalesce(links.learner_key, enrolments.actor_key) as learner_key,
    bool_or(
        coalesce(enrolments.is_withdrawn, false)
        or coalesce(
            least(enrolments.withdrawn_at, enrolments.ends_at)
            <= coalesce(days.reported_at, loads.committed_at),
            false
        )
    ) as has_left
from raw.enrolments as enrolments
inner join raw.loads as loads using (load_id)
left join days using (load_id)
left join links on enrolments.actor_key = links.actor_key
where
    coalesce(enrolments.role, 'learner') = 'learner'
    and enrolments.delivery_id is not null
group by all
"""
# Of each group the newest list before this one, and who of it is not in this one.
MISSING = """
with own as (from listed_members where load_id = $load),
own_day as (select source, listed_at, committed_at from own limit 1),
earlier as (
    select listed_members.*
    from listed_members, own_day
    where
        listed_members.source = own_day.source
        and load_id <> $load
        and (listed_members.listed_at, listed_members.committed_at)
        < (own_day.listed_at, own_day.committed_at)
),
newest as (
    select * from earlier
    qualify dense_rank() over (
        partition by group_id order by listed_at desc, committed_at desc, load_id desc
    ) = 1
),
whole as (
    select load_id from earlier
    order by listed_at desc, committed_at desc, load_id desc limit 1
)
select
    group_id,
    count(*) filter (not has_left),
    group_id in (select group_id from own),
    group_id in (
        select cohort_id from raw.roster_deliveries
        where load_id = $load and cohort_id is not null and is_complete
    )
from newest
where
    (group_id in (select group_id from own) or load_id in (from whole))
    and (group_id, learner_key) not in (select group_id, learner_key from own)
group by group_id
having count(*) filter (not has_left) > 0
order by 2 desc, 1
"""
PROGRAMMES = """
select load_id, programme_id, count(*)
from (
    select load_id, programme_id from raw.enrolments
    union all select load_id, programme_id from raw.cohorts
)
where
    list_contains($loads, load_id) and coalesce(programme_id, '') <> ''
    and programme_id not in (
        select programme_id from raw.programmes semi join raw.loads using (load_id)
    )
group by all order by load_id, programme_id
"""
KNOWN = """
select distinct programme_id from raw.programmes semi join raw.loads using (load_id)
order by 1
"""
# A change set of these says itself that it names only what changed.
WITH_CHANGE_SETS = "oneroster"


def with_roster_notes(
    connection: duckdb.DuckDBPyConnection, reports: list[LoadReport]
) -> list[LoadReport]:
    """Return the reports of landed deliveries with notes about rosters among them."""
    loads = [report.load_id for report in reports if report.load_id]
    lists = dict(
        connection.execute(
            "select load_id, count(*) from raw.enrolments"
            " where list_contains($loads, load_id) and delivery_id is not null"
            " group by all",
            {"loads": loads},
        ).fetchall()
    )
    notes: dict[str, list[str]] = defaultdict(list)
    if lists:
        connection.execute(LISTED)
        for report in reports:
            if report.load_id in lists:
                notes[report.load_id] += _who_is_missing(connection, report)
        connection.execute("drop table listed_members")
    for load, words in _unknown_programmes(connection, loads):
        notes[load].append(words)
    return [
        replace(report, notes=[*report.notes, *notes[report.load_id]])
        if report.load_id in notes
        else report
        for report in reports
    ]


def _who_is_missing(
    connection: duckdb.DuckDBPyConnection, report: LoadReport
) -> Iterator[str]:
    found = connection.execute(MISSING, {"load": report.load_id}).fetchall()
    ended = [(group, count) for group, count, _is_here, is_whole in found if is_whole]
    kept = [(g, n) for g, n, is_here, is_whole in found if is_here and not is_whole]
    gone = [(g, n) for g, n, is_here, is_whole in found if not (is_here or is_whole)]
    if ended:
        yield (
            f"{_missing(ended)} and not in this one: it lists all members, so that "
            "they left on its day"
        )
    is_change_set = report.connector == WITH_CHANGE_SETS and not ended
    if is_change_set:
        return
    if kept:
        said = f"{_missing(kept)} and not in this one: they stay enrolled"
        yield f"{said}; {_way(report)}"
    if gone:
        groups = counted(len(gone), "group")
        yield (
            f"{groups} of the list before it with {_people(gone)} are not in this one: "
            f"{_shown(gone)}; nothing of them ends"
        )


def _missing(some: list[tuple[str, int]]) -> str:
    verb = "is" if sum(count for _group, count in some) == 1 else "are"
    return f"{_people(some)} {verb} in an earlier list of {_shown(some)}"


def _people(some: list[tuple[str, int]]) -> str:
    count = sum(count for _group, count in some)
    return counted(count, "person", "people")


def _shown(some: list[tuple[str, int]]) -> str:
    rest = len(some) - NAMED
    named = ", ".join(f"{group} ({count:,})" for group, count in some[:NAMED])
    return named + (f" and {rest:,} more" if rest > 0 else "")


def _way(report: LoadReport) -> str:
    """Return how a list of this kind ends what it leaves out."""
    return (
        'if each list names all members of its groups, write delivery = "bulk" below '
        f"[sources.{report.source}] in tandem.toml, and land it again"
    )


def _unknown_programmes(
    connection: duckdb.DuckDBPyConnection, loads: list[str]
) -> Iterator[tuple[str, str]]:
    known = [one for (one,) in connection.sql(KNOWN).fetchall()]
    by_load: dict[str, list[tuple[str, int]]] = defaultdict(list)
    rows = connection.execute(PROGRAMMES, {"loads": loads}).fetchall()
    for load, programme, count in rows:
        by_load[load].append((programme, count))
    for load, some in by_load.items():
        count = len(some)
        programmes = "a programme" if count == 1 else f"{count:,} programmes"
        if not known:
            yield (
                load,
                f"it names {programmes}, and no list of programmes is landed yet: "
                "tandem init suggests one",
            )
            continue
        named = ", ".join(_with_nearest(one, known) for one, _rows in some[:NAMED])
        rest = f" and {count - NAMED:,} more" if count > NAMED else ""
        yield (
            load,
            f"it names {programmes} that no list of programmes has: {named}{rest}; "
            "until one has, those enrolments are in no figure: correct the id, or add "
            "it to the programmes (tandem init, or tandem template programmes)",
        )


def _with_nearest(programme: str, known: list[str]) -> str:
    folded = {one.casefold(): one for one in known}
    near = get_close_matches(programme.casefold(), folded, 1, 0.8)
    return f"{programme} (perhaps {folded[near[0]]})" if near else programme
