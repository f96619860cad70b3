"""Who may read: roles and a business unit from one claim, and ways around them."""

import io
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboards import sign_in
from dashboards.pages import PAGES, PageEntry
from dashboards.queries import Snapshot, current_snapshot, fetch
from dashboards.sign_in import Refusal, with_section, without_section
from tandem.core.errors import WrongUse
from tandem.core.files import Home
from tandem.core.readers import EVERY_UNIT, NO_UNIT, AccessPolicy, Reader
from tandem.core.roles import ANALYST, LEADER, ROLES
from tandem.core.wording import render
from tests.dashboards.opened import FIRST, Open, opened
from tests.dashboards.published import SITUATIONS, make_published

BACK = "https://learning.example.org/oauth2callback"
POLICY = {
    "claim": "groups",
    "roles": {"leads": "leader", "sql": "analyst", "owners": "programme_owner"},
    "business_units": {"bu-o": "Operations", "bu-s": "Sales"},
}
TOML = """
[access]
claim = "groups"

[access.roles]
leads = "leader"
sql = "analyst"
dpo = "data_protection_officer"

[access.business_units]
bu-o = "Operations"
"""


@pytest.mark.parametrize(
    ("claim", "reader"),
    [
        ("leads", Reader((LEADER,), EVERY_UNIT)),
        (["sql", "leads", "else"], Reader((LEADER, ANALYST), EVERY_UNIT)),
        (["leads", "bu-o"], Reader((LEADER,), "Operations")),
        (["leads", "bu-o", "bu-s"], None),
        (["bu-o"], None),
        (["else"], None),
        ([], None),
        (None, None),
        ({"leads": True}, None),
        ([["leads"]], None),
        ("LEADS", None),
    ],
)
def test_a_claim_says_role_and_unit(claim: object, reader: Reader | None):
    assert AccessPolicy.of(POLICY, "").reader({"groups": claim}) == reader


def test_an_unknown_role_sees_organisation_wide_numbers_where_policy_says_so():
    policy = AccessPolicy.of(POLICY | {"unknown": "leader"}, "")
    assert policy.reader({}) == Reader((LEADER,), NO_UNIT)
    assert policy.reader({"groups": ["bu-o"]}) == Reader((LEADER,), "Operations")
    assert AccessPolicy.of({}, "").reader({"groups": "leads", "": "leads"}) is None


@pytest.mark.parametrize(
    "table",
    [
        {"role": {}},
        {"claim": 1},
        {"unknown": "analyst"},
        {"rosters": "yes"},
        {"roles": {"a": "manager"}},
        {"roles": "leader"},
        {"roles": {"a": 1}},
        {"business_units": {"a": "all"}},
        {"business_units": {"a": ""}},
    ],
)
def test_a_policy_that_means_nothing_is_refused(table: dict):
    with pytest.raises(WrongUse):
        AccessPolicy.of(table, "tandem.toml [access]")


@pytest.mark.parametrize(
    ("address", "headers", "refusal"),
    [
        ("127.0.0.1", {"Host": "127.0.0.1:8501"}, None),
        ("localhost", {}, None),
        ("::1", {}, None),
        ("0.0.0.0", {}, Refusal.PUBLIC),
        (None, {}, Refusal.PUBLIC),
        ("10.0.0.5", {}, Refusal.PUBLIC),
        ("127.0.0.1", {"X-Forwarded-For": "10.0.0.9"}, Refusal.FORWARDED),
        ("127.0.0.1", {"x-forwarded-host": "a.example"}, Refusal.FORWARDED),
        ("127.0.0.1", {"Forwarded": "for=10.0.0.9"}, Refusal.FORWARDED),
    ],
)
def test_without_sign_in_only_this_machine_reads(address, headers, refusal):
    assert without_section(address, headers) is refusal


@pytest.mark.parametrize(
    ("redirect", "headers", "refusal"),
    [
        (BACK, {"Host": "learning.example.org"}, None),
        (
            BACK,
            {
                "Host": "127.0.0.1:8501",
                "X-Forwarded-Host": "learning.example.org",
                "X-Forwarded-Proto": "https, http",
            },
            None,
        ),
        (BACK, {"Host": "127.0.0.1:8501"}, Refusal.ORIGIN),
        (BACK, {"X-Forwarded-Host": "other.example.org"}, Refusal.ORIGIN),
        (
            BACK,
            {"Host": "learning.example.org", "X-Forwarded-Proto": "http"},
            Refusal.ORIGIN,
        ),
        ("https://learning.example.org/", {}, Refusal.CALLBACK),
        ("/oauth2callback", {}, Refusal.CALLBACK),
        ("", {}, Refusal.CALLBACK),
    ],
)
def test_a_redirect_to_another_address_is_said(redirect, headers, refusal):
    assert with_section({"redirect_uri": redirect}, headers) is refusal


@pytest.mark.parametrize("refusal", Refusal)
def test_every_refusal_says_what_to_do(refusal: Refusal):
    for key in (f"page.sign_in.{refusal.value}", f"page.sign_in.{refusal.value}_next"):
        assert render(key) != key


@pytest.fixture
def open_as(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """A function that opens a page as a reader with some values of the claim."""
    make_published(home, SITUATIONS["three_modes"])
    home.settings.write_text(TOML, encoding="utf-8")
    monkeypatch.setattr(sign_in, "auth_section", lambda: {"redirect_uri": BACK})

    def signed_in(groups: list[str] | None, page: str = FIRST, **asked: str) -> AppTest:
        user = {"is_logged_in": True, "groups": groups} if groups is not None else None
        return opened(page, user=user, **asked)

    yield signed_in
    st.cache_data.clear()


def sent(test: AppTest) -> bytes:
    """All bytes of a page that go to the browser."""
    return b"".join(
        element.proto.SerializeToString()
        for element in [*test.main, *test.sidebar]
        if hasattr(element, "proto") and element.proto is not None
    )


def heads(test: AppTest) -> list[str]:
    return [head.value for head in test.header]


def test_before_signing_in_there_is_a_button_and_no_number(open_as: Open):
    test = open_as(None)
    assert heads(test) == [render("page.sign_in.asked")]
    assert render("page.sign_in.in") in [button.label for button in test.button]
    assert list(test.exception) == []


def test_an_unknown_role_is_refused_in_words(open_as: Open):
    assert heads(open_as(["else"])) == [render("page.sign_in.unknown")]


def test_a_wrong_policy_is_said(open_as: Open, home: Home):
    home.settings.write_text("[access]\nroles = 1\n", encoding="utf-8")
    assert "no table of texts" in open_as(["leads"]).code[0].value


CLOSED = [entry for entry in PAGES if entry.roles != ROLES]


@pytest.mark.parametrize("entry", CLOSED, ids=lambda entry: entry.name)
@pytest.mark.parametrize(
    ("group", "role"), [("leads", LEADER), ("sql", ANALYST), ("dpo", ROLES[3])]
)
def test_a_page_is_refused_to_other_roles(
    open_as: Open, entry: PageEntry, group: str, role: str
):
    test = open_as([group], entry.name)
    is_refused = render("page.not_allowed.title") in heads(test)
    assert is_refused == (role not in entry.roles)


@pytest.fixture
def whole(home: Home) -> Snapshot:
    """A published file with cells of two business units."""
    make_published(home, SITUATIONS["three_modes"])
    found = current_snapshot(home)
    assert found is not None
    return found


def units(snapshot: Snapshot) -> set[str]:
    query = "select distinct business_unit from pub.kpi_cells"
    return set(fetch(snapshot, query)["business_unit"])


@pytest.mark.parametrize(
    ("unit", "seen"),
    [
        (EVERY_UNIT, {"all", "Operations", "Sales"}),
        ("Operations", {"all", "Operations"}),
        ("Sales", {"all", "Sales"}),
        ("O'Neill", {"all"}),
        (NO_UNIT, {"all"}),
    ],
)
def test_queries_find_no_row_of_another_unit(
    home: Home, whole: Snapshot, unit: str, seen: set[str]
):
    assert units(whole) == {"all", "Operations", "Sales"}
    scoped = current_snapshot(home, unit)
    assert scoped is not None
    assert units(scoped) == seen
    asked = fetch(
        scoped,
        "select * from pub.kpi_cells where business_unit = $unit",
        unit="Sales",
    )
    assert asked.is_empty() == ("Sales" not in seen)


def test_every_table_with_units_is_scoped(home: Home, whole: Snapshot):
    scoped = current_snapshot(home, "Operations")
    assert scoped is not None
    tables = fetch(
        whole, "select table_name from duckdb_tables() where schema_name = 'pub'"
    )["table_name"]
    assert len(tables) > 10
    for table in tables:
        rows = fetch(scoped, f"from pub.{table}")
        assert rows.columns == fetch(whole, f"from pub.{table}").columns
        if "business_unit" in rows.columns:
            assert set(rows["business_unit"]) <= {"all", "Operations"}


@pytest.mark.parametrize("page", [FIRST, "compare_modes"])
@pytest.mark.parametrize("asked", ["Sales", "all", "Operations"])
def test_no_byte_of_another_unit_is_sent(open_as: Open, page: str, asked: str):
    test = open_as(["leads", "bu-o"], page, unit=asked)
    assert list(test.exception) == []
    assert b"Operations" in sent(test)
    assert b"Sales" not in sent(test)
    assert test.selectbox(key="unit").options[1:] == ["Operations"]


def test_a_number_of_another_unit_is_not_sent(open_as: Open):
    everything = open_as(["leads"], unit="Sales")
    assert b"Sales" in sent(everything)
    own = open_as(["leads", "bu-o"], unit="Sales")
    assert sent(own) != sent(everything)
    assert own.selectbox(key="unit").value == "all"


def test_the_analysts_page_is_closed_to_a_reader_of_one_unit(open_as: Open):
    test = open_as(["sql", "bu-o"], "sql")
    assert [info.value for info in test.info] == [render("page.sql.one_unit")]
    assert not test.get("text_area")


def test_a_download_of_a_reader_of_one_unit_holds_no_other(home: Home, whole: Snapshot):
    scoped = current_snapshot(home, "Operations")
    assert scoped is not None
    written = io.BytesIO()
    fetch(scoped, "from pub.kpi_cells").write_csv(written)
    assert b"Operations" in written.getvalue()
    assert b"Sales" not in written.getvalue()
    assert b"Sales" in Path(whole.path).read_bytes()
    assert isinstance(fetch(scoped, "from pub.snapshot"), pl.DataFrame)
