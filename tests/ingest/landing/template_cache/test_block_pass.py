"""The compiled pass over blocks gives what the rules give, whatever bytes come."""

import json
from threading import Lock

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ingest.identity.pseudonyms import ERASED, Pseudonyms
from ingest.identity.secret import tombstone
from ingest.landing.collection_policy import USUAL, Policy
from ingest.landing.conversion import Converter, table_schema
from ingest.landing.quarantine import Rejection
from ingest.landing.template_cache import memory
from ingest.landing.template_cache.block_pass import BlockPass
from ingest.landing.template_cache.compiled_forms import MOST_WAITING, WORTH_MAKING
from ingest.landing.template_cache.kinds import kinds, moment, normal_timestamp
from ingest.landing.template_cache.outlines import letter_of
from ingest.landing.template_cache.readings import letter_of as compiled_letter_of
from ingest.landing.template_cache.readings import moment_of
from ingest.parsing.personal_data import is_clean
from ingest.storage.shortened import RESTORED
from ingest.storage.statement_texts import may_name
from tests.ingest.landing.template_cache.test_screen import (
    SECRET,
    by_the_rules,
    clicks,
    families,
    plain,
    teams,
    texts_of,
)

USUAL_POLICY = Policy()
SLOW = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def rows_of(taken: pa.Table | None) -> list[dict]:
    """Return the rows of the compiled pass with their whole statements."""
    if taken is None:
        return []
    found = duckdb.sql(f"select * exclude (short_statement), {RESTORED} from taken")
    return found.to_arrow_table().to_pylist()


def by_the_pass(
    taught: list[str], texts: list[str], policy: Policy = USUAL_POLICY
) -> tuple[list[dict], list[Rejection], Converter, int]:
    """Teach forms, then take texts by the pass, and what is left by the rules."""
    converter = Converter(Pseudonyms(SECRET), policy=policy)
    converter.convert(range(len(taught)), taught)
    converter.begun()
    reader = BlockPass(converter.screen, table_schema(), Lock())
    block = "".join(f"{text}\n" for text in texts).encode()
    # The second time, values and people are remembered from the first.
    reader.take(block, 0)
    taken = reader.take(block, 0)
    rows = rows_of(taken.rows)
    assert [row["line"] for row in rows] == taken.is_taken.nonzero()[0].tolist()
    left = [line for line, is_taken in enumerate(taken.is_taken) if not is_taken]
    rest = converter.convert(left, [texts[line] for line in left])
    rows += rest.statements.to_pylist()
    return rows, rest.rejections, converter, len(texts) - len(left)


def assert_pass_agrees(
    taught: list[str], texts: list[str], policy: Policy = USUAL_POLICY
) -> int:
    """Check that the pass and the rules agree; return how many the pass took."""
    expected, refused, slow = by_the_rules(texts, policy)
    absent = dict.fromkeys(table_schema().names)
    rows, rejections, converter, taken = by_the_pass(taught, texts, policy)
    rows.sort(key=lambda row: row["line"])
    assert rows == [absent | row for row in expected]
    assert sorted(rejections, key=lambda one: one.line) == refused
    assert dict(converter.pseudonyms.drain()) == dict(slow.pseudonyms.drain())
    assert converter.met_texts() == texts_of(expected)
    return taken


@SLOW
@given(st.lists(families(), min_size=1, max_size=3))
@example([teams()])
@example([teams(mbox="mailto:team@example.org")])
@example([clicks("1", "2", "1e25", f"1{'0' * 25}", f"{2**63}", f"{-(2**63)}")])
def test_pass_and_rules_give_the_same_rows_and_refusals(found: list[list[str]]):
    texts = [text for family in found for text in family]
    assert_pass_agrees(texts, [*texts, *reversed(texts)])


@pytest.mark.parametrize("place", ["actor", "authority", "instructor", "team"])
@pytest.mark.parametrize(
    "person",
    [
        {"openid": "https://anna.example/"},
        {"mbox": "mailto:anna@example.org"},
        {"mbox_sha1sum": "ab" * 20},
        {"account": {"homePage": "https://lms.example", "name": "anna"}},
    ],
)
def test_whoever_is_in_each_statement_is_reported_with_each_load(
    place: str, person: dict
):
    whole = json.loads(plain(1))
    holder = whole
    if place in {"instructor", "team"}:
        holder = whole.setdefault("context", {})
    holder[place] = person | ({"objectType": "Group"} if place == "team" else {})
    texts = [json.dumps(whole)] * 4
    assert_pass_agrees([*texts, *(plain(number) for number in range(9))], texts)


BYTES = st.sampled_from('"\\{}[]:,. \t\r\x00\x1f\x7f-+0123456789abceEIFWtfn@%ZTé')


@SLOW
@given(st.lists(families(), min_size=1, max_size=2), st.data())
def test_no_mutated_statement_is_taken_that_the_rules_refuse(
    found: list[list[str]], data: st.DataObject
):
    texts = [text for family in found for text in family]
    known = [plain(number) for number in range(9)]
    mutated = []
    for _ in range(12):
        text = data.draw(st.sampled_from([*texts, *known]))
        for _ in range(data.draw(st.integers(1, 2))):
            place = data.draw(st.integers(0, len(text) - 1))
            length = data.draw(st.integers(0, 2))
            put = data.draw(st.text(BYTES, max_size=2))
            text = f"{text[:place]}{put}{text[place + length :]}"
        mutated.append(text)
    assert_pass_agrees([*texts, *known, *texts], mutated)


def test_every_byte_of_a_statement_of_a_known_form_counts():
    known = [plain(number) for number in range(20)]
    text = plain(21, result={"score": {"raw": 3, "min": 0, "max": 5}})
    for put in ('"', "x", "9", " ", "\\", "}", "\x1f"):
        spoilt = [text[:n] + put + text[n + 1 :] for n in range(len(text))]
        assert_pass_agrees(known, spoilt)


def test_statements_of_a_known_form_are_taken():
    texts = [plain(number) for number in range(400)]
    assert assert_pass_agrees(texts[:20], texts) == 400


def test_nothing_is_taken_before_a_form_is_known():
    texts = [plain(number) for number in range(4)]
    assert assert_pass_agrees([], texts) == 0


def test_what_does_not_fit_into_the_tables_makes_them_grow(monkeypatch):
    monkeypatch.setattr(memory, "VALUES", 2)
    monkeypatch.setattr(memory, "TEXT_BYTES", 8)
    texts = [plain(number) for number in range(300)]
    assert assert_pass_agrees(texts[:20], texts) == 300


@pytest.mark.parametrize("most", [1, 50])
def test_what_grew_too_large_is_forgotten_and_met_again(monkeypatch, most: int):
    monkeypatch.setattr(memory, "MOST_VALUES", most)
    texts = [plain(number) for number in range(300)]
    assert assert_pass_agrees(texts[:20], texts) == 300


def test_days_that_do_not_exist_are_left_to_the_rules():
    days = ["2024-02-29", "2023-02-29", "1900-02-29", "2000-02-29", "2024-04-31"]
    days += ["2024-12-31", "2024-01-32", "2024-00-10", "2024-13-01", "1969-12-31"]
    texts = [plain(n, timestamp=f"{day}T23:59:59.{n}Z") for n, day in enumerate(days)]
    # Of these, 1969 is a day; it is before the moments that the pass counts.
    assert assert_pass_agrees([plain(n) for n in range(9)], texts) == 3


def test_statements_of_a_person_who_was_erased_are_left_to_the_rules():
    texts = [plain(number) for number in range(40)]
    mark = tombstone(SECRET, ("account", "https://lms.example\x1fp7"))
    converter = Converter(Pseudonyms(SECRET, frozenset({mark})))
    converter.convert(range(20), [plain(n) for n in range(100, 120)])
    reader = BlockPass(converter.screen, table_schema(), Lock())
    taken = reader.take("".join(f"{text}\n" for text in texts).encode(), 0)
    assert (~taken.is_taken).nonzero()[0].tolist() == [7]
    assert ERASED not in taken.rows["actor_key"].to_pylist()


@pytest.mark.parametrize("allow", [USUAL, USUAL | {"device"}, frozenset({"response"})])
def test_the_policy_holds_in_the_pass(allow: frozenset[str]):
    texts = [
        plain(
            n,
            context={"platform": ["Example", "Mozilla/5.0 (iPhone)"][n % 2]},
            result={"response": f"answer {n}", "duration": f"PT{n}M"},
        )
        for n in range(60)
    ]
    assert_pass_agrees(texts[:30], texts, Policy(allow=allow))


@settings(max_examples=500, deadline=None)
@given(st.text("0123456789-+.eE", max_size=9))
@example("-0")
@example("1.0")
@example("00")
@example("1.00")
def test_numbers_have_the_same_letters_in_the_pass(literal: str):
    found = compiled_letter_of(literal_bytes := _array(literal), 0, len(literal_bytes))
    assert ("IWF"[found] if found >= 0 else "") == letter_of(literal)


@settings(max_examples=500, deadline=None)
@given(
    st.one_of(
        st.datetimes().map(lambda value: f"{value.isoformat()}Z"),
        st.datetimes().map(
            lambda value: f"{value.isoformat(timespec='milliseconds')}Z"
        ),
        st.from_regex(r"20[0-9]{2}-[0-9]{2}-[0-3][0-9]T[0-9:]{8}(\.[0-9]{0,7})?Z"),
    )
)
def test_a_moment_of_the_pass_is_the_one_of_the_rules(text: str):
    if not text.isascii():
        return
    found = moment_of(_array(text), 0, len(text))
    if found >= 0:
        assert kinds()["timestamp"].refused([text]) == set()
        micros = pa.scalar(moment(text), pa.timestamp("us")).value
        assert found == micros
        assert len(normal_timestamp(text)) == (27 if micros % 1_000_000 else 20)


@settings(max_examples=500, deadline=None)
@given(st.uuids().map(str))
@example("ffffffff-ffff-ffff-ffff-ffffffffffff")
@example("00000000-0000-0000-0000-000000000000")
def test_a_uuid_names_nobody(text: str):
    """The pass takes a UUID for a text without asking."""
    assert is_clean(text)
    assert not may_name(text)


def _array(text: str):
    import numpy as np

    return np.frombuffer(text.encode() or b"x", np.uint8)[: len(text.encode())]


def test_statements_keep_marks_for_ids_in_the_pass():
    texts = [plain(number) for number in range(20)]
    converter = Converter(Pseudonyms(SECRET))
    converter.convert(range(20), texts)
    reader = BlockPass(converter.screen, table_schema(), Lock())
    rows = reader.take("".join(f"{t}\n" for t in texts).encode(), 0).rows.to_pylist()
    for row, text in zip(rows, texts, strict=True):
        assert json.loads(text)["id"] not in row["short_statement"]
        assert row["actor_key"] not in row["short_statement"]


def of_shape(number: int, count: int = 8) -> list[str]:
    """Return statements of one layout, another one for each number."""
    extension = {f"https://example.org/shapes/{number}": "a"}
    return [
        json.dumps(json.loads(plain(n)) | {"context": {"extensions": extension}})
        for n in range(count)
    ]


def test_tables_are_made_again_once_many_forms_are_new_or_have_waited():
    converter = Converter(Pseudonyms(SECRET), policy=USUAL_POLICY)
    compiled = converter.screen.compiled

    def learn(*numbers: int) -> None:
        texts = [text for number in numbers for text in of_shape(number)]
        converter.convert(range(len(texts)), texts)

    learn(*range(WORTH_MAKING))
    first = compiled.tables()
    known = len(first.forms)
    assert known >= WORTH_MAKING
    assert compiled.tables() is first
    learn(WORTH_MAKING)
    asked = [compiled.tables() for _ in range(MOST_WAITING)]
    assert [tables is first for tables in asked] == [True] * (MOST_WAITING - 1) + [
        False
    ]
    assert len(asked[-1].forms) == known + 1
    learn(*range(WORTH_MAKING + 1, WORTH_MAKING + 3))
    again = compiled.tables()
    assert len(again.forms) == known + 3
    schema = table_schema()
    assert again.columns(schema) is again.columns(schema)
