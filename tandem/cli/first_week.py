"""The steps of `tandem init`, apart from how they are shown."""

import re
import shutil
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tandem.cli.first_settings import (
    DEFAULT_PEOPLE,
    MONTHS,
    Answers,
    Ask,
    asked,
    month_of,
    people_of,
    write_settings,
    zone_of,
)
from tandem.cli.nobody_enrolled import said_of
from tandem.cli.source_clocks import clocks_of
from tandem.core.counted import counted
from tandem.core.errors import Problem, WrongUse
from tandem.core.files import Home
from tandem.core.settings import Settings

if TYPE_CHECKING:
    from ingest.landing.report import LoadReport

# Their notes say who is missing and which programme nobody listed.
ROSTERS = ("oneroster", "hr", "canvas_sis")
FALLBACK_ZONE, FIRST_MONTH = "UTC", 1
NO_PEOPLE = (
    "No file says who your people are: add a roster, or a list from your HR system "
    "(tandem template people), and run this again; else nothing can be published"
)


class FirstWeek:
    """A folder of files on its way to a workbook about programmes."""

    def __init__(
        self, folder: Path, home: Home, workbook: Path | None, tables: Path | None
    ) -> None:
        """Look through the folder; nothing is landed yet."""
        from ingest.inspection.clocks_and_accounts import look_through
        from ingest.inspection.recognition import deliveries
        from ingest.storage.programme_sheets import FILE_NAME

        self.folder, self.home = folder, home
        self.is_tables = tables is not None
        self.target = tables or workbook or folder / FILE_NAME
        found = deliveries([folder])
        self._paths = [path for path in found if not self._is_own(path)]
        self._seen = look_through(self._paths)
        self._titles: dict[str, str] = {}
        self._missing = ""

    def _is_own(self, path: Path) -> bool:
        """Return whether a path is Tandem's home, settings or workbook."""
        whole, home = path.resolve(), self.home.root
        if whole == self.folder.resolve() or not home.is_relative_to(whole):
            is_inside = whole.is_relative_to(home) and home != self.folder.resolve()
            is_settings = whole.name == self.home.settings.name
            return is_inside or is_settings or whole == self.target.resolve()
        return True

    def settle(
        self, said: dict[str, str | None], source_zones: Sequence[str], ask: Ask | None
    ) -> list[str]:
        """Write tandem.toml where there is none, and return what to tell about it.

        Args:
            said: options of the call: name, tz, month and k; None where not given.
            source_zones: pairs such as teams=Europe/Warsaw.
            ask: puts a question with a default to a person; None takes defaults.

        Raises:
            WrongUse: an option is no zone, month or number.
        """
        if self.home.settings.exists():
            return self._kept_settings(said, source_zones)
        clocks = dict(map(_pair, source_zones))
        name = said["name"] or asked(
            "What is your organisation called?",
            self.folder.resolve().name or "Our organisation",
            ask,
            str.strip,
        )
        zone = said["tz"] or asked(
            "In which time zone does it plan?",
            self._seen.zone or FALLBACK_ZONE,
            ask,
            zone_of,
        )
        month = said["month"] or str(
            asked(
                "In which month does its fiscal year begin?",
                MONTHS[FIRST_MONTH - 1],
                ask,
                month_of,
            )
        )
        people = said["k"] or str(
            asked(
                "How many people must a group have at least to be shown?",
                str(DEFAULT_PEOPLE),
                ask,
                people_of,
            )
        )
        answers = Answers(name, zone_of(zone), month_of(month), people_of(people))
        lines = self._find_clocks(answers, clocks, ask)
        answers.roster = self._seen.roster
        answers.account_home_pages = self._seen.account_home_pages
        write_settings(self.home, answers)
        written = f"Wrote {self.home.settings}: {_settings_words(answers)}"
        columns = [
            f"The roster's column {column} holds the learning platform's user ids"
            for column in answers.account_home_pages
        ]
        return [written, *columns, *lines]

    def _kept_settings(
        self, said: dict[str, str | None], source_zones: Sequence[str]
    ) -> list[str]:
        settings = Settings.load(self.home)
        month = MONTHS[settings.vars["fiscal_year_start_month"] - 1]
        name = settings.section("organisation").get("name", "no name")
        lines = [
            f"Kept {self.home.settings} as it is: {name}, "
            f"{settings.vars['organisation_time_zone']}, fiscal year from {month}, "
            f"groups of {settings.minimum_people} people or more"
        ]
        if any(said.values()) or source_zones:
            lines.append("The options that you gave change nothing: edit that file")
        return lines

    def _find_clocks(
        self, answers: Answers, clocks: dict[str, str], ask: Ask | None
    ) -> list[str]:
        """Fill in whose clock each source prints; return what was found out."""
        by_source = self._seen.by_source
        open_ones = {
            source: by_source.get(source, [])
            for source in self._seen.sources_without_zone
            if source not in clocks and source not in ("organisation", "roster")
        }
        answers.date_orders = {
            s: order for s, order in self._seen.date_orders.items() if s in by_source
        }
        calendars = by_source.get("calendar", [])
        found = clocks_of(open_ones, calendars, answers.zone, answers.date_orders)
        lines = []
        for source in open_ones:
            if source in found:
                lines.append(
                    f"Files of {source} print times of {found[source]}: "
                    "so they agree with your calendars"
                )
                clocks[source] = found[source]
                continue
            question = f"In which time zone are the times in files of {source}?"
            clocks[source] = asked(question, answers.zone, ask, zone_of)
            lines.append(f"Files of {source} are read in {clocks[source]}")
        answers.clocks = clocks
        return lines

    def land(self, settings: Settings) -> "list[LoadReport]":
        """Land all files, and the workbook where there is one."""
        from ingest.landing.delivery import ReadOptions
        from ingest.parsing.seen_titles import titles_by_key
        from ingest.run import ingest

        own = [self.target] if self._has_target() else []
        with titles_by_key() as titles:
            reports = ingest([*self._paths, *own], self.home, settings, ReadOptions())
        self._titles = titles
        return reports

    def _has_target(self) -> bool:
        from ingest.connectors.programmes.format.filled_sheets import is_filled

        return self.target.exists() and is_filled(self.target)

    def is_refused(self, reports: "list[LoadReport]") -> bool:
        """Return whether the workbook has wrong cells."""
        return any(report.problems for report in reports)

    def landed_words(self, reports: "list[LoadReport]") -> list[str]:
        """Return what landed, by source, and what to do with what did not."""
        landed: dict[str, list[LoadReport]] = defaultdict(list)
        for report in reports:
            if report.error is None:
                landed[report.source or ""].append(report)
        lines = []
        for source, some in sorted(landed.items()):
            count = sum(r.landed_count + r.replayed_count + r.row_count for r in some)
            files = counted(len(some), "file")
            lines.append(f"Read {files} of {source}: {counted(count, 'record')}")
        listed = [r for r in reports if r.connector in ROSTERS and not r.error]
        lines += [f"  {r.path.name}: {note}" for r in listed for note in r.notes]
        refused = [report for report in reports if report.error]
        if refused:
            lines.append(f"{len(refused)} not read, and what to do:")
        for report in refused:
            lines.append(f"  {report.error}")
            lines += [f"    {Problem(**one).words()}" for one in report.problems]
        return lines

    def propose(self, settings: Settings) -> list[str]:
        """Write the workbook, or add to it; return what to tell about it."""
        from ingest.connectors.programmes.format.filled_sheets import rows_of
        from ingest.mapping.workbook import close_workbook
        from ingest.proposals.kept import kept
        from ingest.proposals.proposal import proposal
        from ingest.proposals.seen import seen
        from ingest.proposals.workbook_file import cells_to_fill

        zone = settings.vars["organisation_time_zone"]
        known = seen(self.home, self._titles)
        rows = proposal(known, zone)
        self._missing = said_of(self.home) if known.has_people else NO_PEOPLE
        if not self._has_target():
            self._write(rows)
            written = f"Wrote {self.target}: {self._counts(rows)}"
            return [written, *self._next(cells_to_fill(rows))]
        filled = rows_of(self.target)
        close_workbook()
        result = kept(filled, rows)
        open_count = cells_to_fill(result.rows)
        if not result.has_changed:
            return [f"Kept {self.target}: nothing new to add", *self._next(open_count)]
        self._keep_previous()
        self._write(result.rows)
        added = ", ".join(f"{n} on {s}" for s, n in self._titled(result.new) if n)
        lines = [f"Added rows to {self.target}: {added or 'none'}"]
        lines.append("What you filled in is kept, in the same rows")
        return [*lines, *self._next(open_count)]

    def _titled(self, counts: dict[str, int]) -> list[tuple[str, int]]:
        from ingest.storage.programme_sheets import programme_sheets

        return [(programme_sheets()[name].title, n) for name, n in counts.items()]

    def _counts(self, rows: dict[str, list]) -> str:
        counts = self._titled({name: len(some) for name, some in rows.items()})
        return ", ".join(
            counted(count, re.sub(r"s\b", "", title.lower()), title.lower())
            for title, count in counts
        )

    def _next(self, open_count: int) -> list[str]:
        cells = counted(open_count, "cell")
        return [
            *filter(None, [self._missing]),
            f"{cells} left to fill; suggestions have their reason beside them",
            f"Next: open {self.target}, correct and fill it, save it, then",
            f"  tandem ingest {self.target}",
            "  tandem run",
            "  tandem dashboard",
        ]

    def _write(self, rows: dict[str, list]) -> None:
        from ingest.proposals.table_files import write_tables
        from ingest.proposals.workbook_file import write_workbook

        if self.is_tables:
            write_tables(self.target, rows)
            return
        self.target.parent.mkdir(parents=True, exist_ok=True)
        draft = self.target.with_name(f".{self.target.name}.draft")
        write_workbook(draft, rows)
        draft.replace(self.target)

    def _keep_previous(self) -> None:
        """Keep the person's file as it was, hidden, beside the new one."""
        if not self.is_tables:
            before = self.target.with_name(f".{self.target.stem}-before.xlsx")
            shutil.copy2(self.target, before)


def _pair(text: str) -> tuple[str, str]:
    source, mark, zone = text.partition("=")
    if not mark or not source.strip():
        raise WrongUse(
            f"{text!r} names no source", "--source-tz", "e.g. teams=Europe/Warsaw"
        )
    return source.strip(), zone_of(zone)


def _settings_words(answers: Answers) -> str:
    return (
        f"{answers.name}, {answers.zone}, fiscal year from "
        f"{MONTHS[answers.month - 1]}, groups of {answers.people} people or more"
    )
