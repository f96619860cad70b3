"""What may be relabelled, and what a build makes of each correction."""

from dataclasses import dataclass
from datetime import UTC, date
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from tandem.cli.built_tables import built_tables
from tandem.core.corrections import (
    COHORT_MODE,
    COMPLETION_RULE,
    DETAILS,
    PROGRAMME_CATEGORY,
    Correction,
    labels,
)
from tandem.core.errors import WrongUse
from tandem.core.files import Home
from tandem.core.settings import Settings

COLUMNS = {
    PROGRAMME_CATEGORY: "programmes.outcome_category",
    COMPLETION_RULE: "programmes.completion_class",
    COHORT_MODE: "cohorts.delivery_mode",
}
PROGRAMMES = "select programme_id, {label} from marts.dim_programmes as programmes"
COHORTS = """
select cohort_id, {label} from marts.dim_cohorts as cohorts where not is_derived
"""
# A cohort whose table gives no day begins with its first enrolment.
RUN = """
select
    coalesce(any_value(cohorts.starts_at), min(enrolments.enrolled_at)),
    any_value(cohorts.ends_at)
from marts.dim_cohorts as cohorts
left join marts.fct_enrolments as enrolments using (programme_id, cohort_id)
where cohorts.cohort_id = $cohort_id
"""
DERIVED = "select cohort_id from marts.dim_cohorts where is_derived"
SHOWN = 3  # ids that an error names


@dataclass(frozen=True)
class Standing:
    """A correction and the label of its subject since the last build.

    Attributes:
        correction: from the journal.
        label: of the last build; None where it has none.
        is_known: whether the last build has the programme or cohort.
    """

    correction: Correction
    label: str | None
    is_known: bool

    @property
    def is_in_effect(self) -> bool:
        """Whether the last build has the corrected label."""
        return self.is_known and self.label == self.correction.label

    @property
    def words(self) -> str:
        """Where the correction stands, in a clause."""
        if not self.is_known:
            return "no table has it: it has no effect"
        if self.is_in_effect:
            return "in effect"
        return (
            f"not in effect, the last build has {self.label or 'no label'}: it waits "
            "for the next build, or the organisation's table changed the label since"
        )


def check_label(kind: str, option: str, label: str) -> None:
    """Refuse a label that no correction of a kind may give.

    Raises:
        WrongUse: it is none; the option is named, and the labels there are.
    """
    known = labels(kind)
    if label not in known:
        raise WrongUse(f"there is no {label!r}", option, f"one of: {', '.join(known)}")


def labels_of(home: Home, kind: str) -> dict[str, str | None]:
    """Return the label of each subject that a kind of correction may be about.

    Raises:
        WarehouseProblem: nothing is built, or another process holds the file.
    """
    query = COHORTS if kind == COHORT_MODE else PROGRAMMES
    return dict(_rows(home, query.format(label=COLUMNS[kind])))


def check_subject(home: Home, kind: str, subject_id: str) -> str | None:
    """Return the label that a programme or cohort has now.

    Raises:
        WarehouseProblem: nothing is built, or another process holds the file.
        WrongUse: no table of the organisation has it.
    """
    known = labels_of(home, kind)
    if subject_id in known:
        return known[subject_id]
    word = "cohort" if kind == COHORT_MODE else "programme"
    if kind == COHORT_MODE and (subject_id,) in _rows(home, DERIVED):
        raise WrongUse(
            "it is made from the month of enrolment, and no table has a row for it",
            subject_id,
            "add it to the table `cohorts`, then ingest that",
        )
    alike = get_close_matches(subject_id, known, n=SHOWN) or sorted(known)[:SHOWN]
    raise WrongUse(
        f"there is no {word} {subject_id!r}",
        word.upper(),
        f"known are: {', '.join(alike)}" if alike else f"ingest a table of {word}s",
    )


def check_run(home: Home, settings: Settings, cohort_id: str, day: str) -> None:
    """Refuse a day inside a cohort's run, or after it: a cohort has one mode.

    Splitting it there would make two cohorts of people who ran through both modes, and
    neither would say anything about one mode.

    Args:
        home: whose last build says when the cohort ran.
        settings: for the organisation's time zone, in which days are meant.
        cohort_id: of a cohort that there is.
        day: as the journal keeps it, 2026-04-01.

    Raises:
        WarehouseProblem: nothing is built, or another process holds the file.
        WrongUse: the day is later than the first of the cohort.
    """
    zone = ZoneInfo(settings.vars["organisation_time_zone"])
    with built_tables(home) as connection:
        run = connection.execute(RUN, {"cohort_id": cohort_id}).fetchall()[0]
    start, end = (
        moment.replace(tzinfo=UTC).astimezone(zone).date() if moment else None
        for moment in run
    )
    if start is None or date.fromisoformat(day) <= start:
        return
    where = f"it began on {start}" + (f" and ends on {end}" if end else "")
    raise WrongUse(
        f"a cohort has one mode from beginning to end: {where}",
        f"--from {day}",
        f"leave --from away, or give a day up to {start}, to relabel all of it; if the "
        "mode changed on that day, enter whoever began after it as a cohort of its own "
        "in the table cohorts",
    )


def standings(home: Home, found: list[Correction]) -> list[Standing]:
    """Return where corrections stand since the last build.

    Raises:
        WarehouseProblem: nothing is built, or another process holds the file.
    """
    known = {kind: labels_of(home, kind) for kind in DETAILS} if found else {}
    return [
        Standing(
            each,
            known[each.kind].get(each.subject_id),
            each.subject_id in known[each.kind],
        )
        for each in found
    ]


def _rows(home: Home, query: str) -> list[tuple[str, ...]]:
    with built_tables(home) as connection:
        return connection.sql(query).fetchall()
