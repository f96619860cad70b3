"""The names of a cohort, for its owner: while it runs, and for a month after."""

from datetime import datetime, timedelta

from ingest.identity.current_links import CURRENT_LINKS
from ingest.identity.people import reading
from tandem.core.errors import TandemError, WarehouseProblem, WrongUse
from tandem.core.files import Home

KEPT = timedelta(days=30)  # after the end of a cohort

COHORT = "select ends_at from marts.dim_cohorts where cohort_id = $cohort_id"
# Those who left or asked to be left out are not on the list.
ACCOUNTS = f"""
with learners as (
    select distinct learner_key
    from marts.fct_enrolments
    where cohort_id = $cohort_id and not is_withdrawn and not is_excluded
),

accounts as (
    select learner_key, learner_key as actor_key from learners
    union
    select learner_key, actor_key from ({CURRENT_LINKS}) semi join learners
        using (learner_key)
),

restricted as (
    select actor_key
    from raw.restrictions
    qualify row_number() over (
        partition by actor_key order by restricted_at desc, is_lifted asc
    ) = 1 and not is_lifted
)

select learner_key, list(actor_key)
from accounts
group by learner_key
having not bool_or(actor_key in (select actor_key from restricted))
order by learner_key
"""
NAMES = """
select actor_key, min(name)
from names
where not is_group and list_contains($keys, actor_key)
group by actor_key
order by actor_key
"""


def cohort_names(home: Home, cohort_id: str, now: datetime) -> tuple[list[str], int]:
    """Return the names of a cohort in order, and how many of it have no known name.

    Args:
        home: of the warehouse and the vault.
        cohort_id: as the source wrote it.
        now: UTC, without a zone.

    Raises:
        WrongUse: there is no such cohort.
        TandemError: its end is not known, or 30 days have passed since.
        WarehouseProblem: nothing is built yet.
    """
    given = {"cohort_id": cohort_id}
    with reading(home.warehouse) as connection:
        tables = "select count(*) from duckdb_tables() where schema_name = 'marts'"
        if connection.execute(tables).fetchall() == [(0,)]:
            raise WarehouseProblem("nothing is built yet", "", "run tandem run")
        ends = connection.execute(COHORT, given).fetchall()
        if not ends:
            raise WrongUse("there is no such cohort", cohort_id, "give its identifier")
        _check_end(cohort_id, ends[0][0], now)
        learners = connection.execute(ACCOUNTS, given).fetchall()
    keys = [key for _learner, accounts in learners for key in accounts]
    with reading(home.vault) as vault:
        named = dict(vault.execute(NAMES, {"keys": keys}).fetchall())
    found = [
        next((named[key] for key in sorted(accounts) if key in named), None)
        for _learner, accounts in learners
    ]
    names = sorted(name for name in found if name is not None)
    return names, len(found) - len(names)


def _check_end(cohort_id: str, ended: datetime | None, now: datetime) -> None:
    if ended is None:
        raise TandemError(
            "its end is not known", cohort_id, "give its end in the cohorts' file"
        )
    if now >= ended + KEPT:
        raise TandemError(
            f"it ended on {ended:%Y-%m-%d}, {KEPT.days} days ago or more",
            cohort_id,
            "its names are not shown any more",
        )
