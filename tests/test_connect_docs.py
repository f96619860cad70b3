"""docs/connect/: each source has a page, and it agrees with code and seeds."""

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from ingest.connectors.discovery import connectors
from ingest.pull.vendors.access import Access
from ingest.pull.vendors.run import APIS
from tandem.core.files import project_root

FOLDER = project_root() / "docs" / "connect"
PAGES = sorted(path for path in FOLDER.glob("*.md") if path.name != "README.md")
HEADINGS = [
    "What Tandem reads",
    "Plan and permissions",
    "Set-up with IT",
    "A mail to IT",
    "Without IT",
    "What the route without IT cannot feed",
    "How long the vendor keeps it",
    "Commands",
    "Not verified",
]
WITHOUT_A_PAGE = {"oulad"}  # an open data set to try Tandem with, and no source
PAGE_OF_API = {
    "bigbluebutton": "bigbluebutton",
    "graph": "teams",
    "meet": "meet",
    "zoom": "zoom",
}
REPORTS = {"attendance_report", "platform_report", "calendar", "roster"}


def seed(name: str) -> list[dict[str, str]]:
    path = project_root() / "seeds" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def section(page: Path, heading: str) -> str:
    text = page.read_text(encoding="utf-8")
    return text.partition(f"## {heading}\n")[2].partition("\n## ")[0]


def table(text: str) -> list[list[str]]:
    """Return the rows below the heads of the tables in a text."""
    lines = re.findall(r"^\| (.*) \|$", text, re.MULTILINE)
    return [re.split(r" \| ", line) for line in lines]


def of_connectors(page: Path) -> list[str]:
    return re.findall(r"^\| `(\w+)` \|", section(page, HEADINGS[0]), re.MULTILINE)


def test_every_connector_has_one_page():
    named = [name for page in PAGES for name in of_connectors(page)]
    assert sorted(named) == sorted(set(connectors()) - WITHOUT_A_PAGE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_page_has_the_same_headings_and_none_is_empty(page: Path):
    text = page.read_text(encoding="utf-8")
    prose = re.sub(r"^ *```.*?^ *```", "", text, flags=re.DOTALL | re.MULTILINE)
    assert re.findall(r"^## (.*)$", prose, re.MULTILINE) == HEADINGS
    assert [one for one in HEADINGS if not section(page, one).strip()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_mail_can_be_pasted(page: Path):
    mails = re.findall(r"```text\n(.*?)```", section(page, "A mail to IT"), re.DOTALL)
    assert len(mails) == 1
    assert mails[0].startswith("Subject: ")
    assert max(len(line) for line in mails[0].splitlines()) <= 90


def test_every_interface_has_a_page():
    assert set(PAGE_OF_API) == set(APIS)


@pytest.mark.parametrize("name", sorted(APIS))
def test_every_scope_of_the_code_stands_on_the_page_and_in_the_mail(name: str):
    page = FOLDER / f"{PAGE_OF_API[name]}.md"
    permissions, mail = section(page, HEADINGS[1]), section(page, HEADINGS[3])
    for endpoint, scope in APIS[name].SCOPES.items():
        row = [line for line in permissions.splitlines() if endpoint in line]
        assert any(f"`{scope}`" in line for line in row), endpoint
        assert scope in mail


ANSWERS = {
    "users": {"users": [{"id": "U"}]},
    "meetings": {"meetings": [{"id": 1, "uuid": "M"}]},
    "calendarView": {"value": [{"onlineMeeting": {"joinUrl": "https://t.example"}}]},
    "onlineMeetings": {"value": [{"id": "M"}]},
    "attendanceReports": {"value": [{"id": "R"}]},
    "conferenceRecords": {"conferenceRecords": [{"name": "conferenceRecords/C"}]},
}


class Listener:
    """Stands where a client is, and notes what is requested."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def get(self, path: str, **_query: object) -> dict:
        self.asked.append(path)
        return ANSWERS.get(path.rpartition("/")[2], {})


@pytest.mark.parametrize("name", ["graph", "meet", "zoom"])
def test_every_endpoint_that_the_code_requests_has_a_scope(name: str):
    listener = Listener()
    access = Access(name, {"users": ["U"]}, {}, "tandem.toml")
    list(APIS[name].documents(listener, access, date(2026, 9, 1)))
    known = {
        endpoint: endpoint.format(user="U", uuid="M", meeting="M")
        for endpoint in APIS[name].SCOPES
    }
    covered = {
        path: [e for e, below in known.items() if f"{path}/".startswith(f"{below}/")]
        for path in listener.asked
    }
    assert [path for path, endpoints in covered.items() if not endpoints] == []
    assert {e for endpoints in covered.values() for e in endpoints} == set(known)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_kpi_that_a_page_names_exists(page: Path):
    names = {row["kpi_name"] for row in seed("kpis")}
    text = section(page, "What the route without IT cannot feed")
    cells = [row[1] for row in table(text) if row[0] != "also needed"]
    lists = re.findall(r"^- (?!fed with)(.*)$", text, re.MULTILINE)
    named = [name for part in [*cells, *lists] for name in part.split("; ")]
    assert set(named) - names == set()
    assert len(named) == len(set(named))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_route_feeds_evidence_that_exists(page: Path):
    known = REPORTS | {row["verb"] for row in seed("verbs")}
    known |= {word for row in seed("kpis") for word in row["evidence"].split()}
    text = section(page, "What the route without IT cannot feed")
    lines = re.findall(r"^- fed with(?:out)? IT: (.*)\.$", text, re.MULTILINE)
    assert len(lines) == 2
    words = [set(re.findall(r"`(\w+)`", line)) for line in lines]
    assert (words[0] | words[1]) - known == set()
    assert words[1] <= words[0]  # IT can deliver whatever a person can download


def test_teams_without_it_cannot_say_who_took_part():
    """One page in full, by hand: what its rule gives."""
    text = section(FOLDER / "teams.md", "What the route without IT cannot feed")
    lost = "- Took part; Answered polls; Sessions with tools in use"
    assert lost in text.splitlines()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_periods_are_those_of_the_seed(page: Path):
    periods = {row["vendor"]: row for row in seed("vendor_retention")}
    rows = table(section(page, "How long the vendor keeps it"))
    shown = {row[0].strip("`"): row[2] for row in rows if row[0].startswith("`")}
    expected = {
        name: periods[name]["retention_days"] or "no period"
        for name in of_connectors(page)
        if name in periods
    }
    assert shown == expected


def test_every_period_of_the_seed_stands_on_a_page():
    named = {name for page in PAGES for name in of_connectors(page)}
    assert {row["vendor"] for row in seed("vendor_retention")} <= named


def test_the_index_lists_every_page_with_both_routes_and_whom_to_ask():
    rows = table((FOLDER / "README.md").read_text(encoding="utf-8"))
    assert rows[0][0] == "source"
    linked = [re.search(r"\((\w+\.md)\)", row[0]) for row in rows[1:]]
    assert sorted(found[1] for found in linked if found) == [p.name for p in PAGES]
    assert all(len(row) == 4 and all(row) for row in rows[1:])


def test_the_readme_leads_to_the_index():
    readme = (project_root() / "README.md").read_text(encoding="utf-8")
    assert "(docs/connect/README.md)" in readme


@pytest.mark.parametrize("name", sorted(APIS))
def test_a_page_names_the_secrets_that_the_code_asks_for(name: str):
    module = Path(str(APIS[name].__file__)).read_text(encoding="utf-8")
    secrets = re.findall(r'access\.secret\("(\w+)"', module)
    text = (FOLDER / f"{PAGE_OF_API[name]}.md").read_text(encoding="utf-8")
    assert secrets
    assert [s for s in secrets if f"TANDEM_{name}_{s}".upper() not in text] == []


def test_every_preset_is_named():
    presets = {
        p.stem for p in (project_root() / "ingest/mapping/presets").glob("*.yml")
    }
    text = (FOLDER / "mapped.md").read_text(encoding="utf-8")
    assert [name for name in presets if f"`{name}`" not in text] == []
