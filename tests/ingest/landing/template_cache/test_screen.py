"""The quick way and the rules agree on whatever comes."""

import json
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ingest.identity.pseudonyms import Pseudonyms
from ingest.landing.collection_filter import DEVICE_KIND
from ingest.landing.collection_policy import USUAL, Policy
from ingest.landing.conversion import Converter, table_schema
from ingest.landing.quarantine import Rejection
from ingest.landing.template_cache.segments import Segments
from ingest.storage.statement_texts import texts_in

SECRET = b"a secret for this test alone"
USUAL_POLICY = Policy()
EXTENSIONS = "https://tandem.example/xapi/extensions"


def mostly(good: st.SearchStrategy, odd: list) -> st.SearchStrategy:
    """Return a strategy that gives something odd about once in forty times."""
    rare = st.sampled_from(odd)
    return st.integers(0, 39).flatmap(lambda die: rare if die == 0 else good)


uuids = mostly(
    st.uuids().map(str),
    ["12345678-1234-5678-1234-56781234567A", "{12345678}", "not-a-uuid", "", 5],
)
timestamps = mostly(
    st.datetimes().map(lambda value: f"{value.isoformat()}Z"),
    [
        "2024-02-30T10:00:00Z",
        "2024-05-01T10:00:00.123Z",
        "2024-05-01T10:00:00.123456789+02:00",
        "2024-05-01 10:00",
        "2024-05-01T23:59:60Z",
        "2024-05-01T24:00:00Z",
        "2024-05-01T10:00:00-00:00",
        "0001-01-01T00:00:00+10:00",
        "yesterday",
    ],
)
iris = mostly(
    st.integers(1, 9).map(lambda n: f"https://lms.example/course/{n}?x=%20#y"),
    [
        "course-v1:X+Y+Z",
        "https://lms.example/user/anna@example.org",
        "https://lms.example/user/anna%40example.org",
        "https://lms.example/ü",
        "no scheme",
        "https://lms.example/a b",
    ],
)
texts = mostly(
    st.sampled_from(["Intro", "Unit 2", "50 % done", "Ünïcode 🎓", "I", "", "%s"]),
    [
        "ask anna@example.org",
        "call +48 123 456 789",
        "10.0.0.1",
        'a "quote"',
        "back\\slash",
        "line\nbreak",
        "\x7f\u2028",
        "Marker0Text",
        "700001",
        "Mozilla/5.0 (iPhone)",
    ],
)
numbers = mostly(
    st.sampled_from([0, 1, 2, 81.0, 0.5, 0.25, 1.0]),
    [-0.0, 1e3, 1e-7, 2**60, 10**25, 1.5e300, 100.25, "1", True],
)
durations = mostly(
    st.sampled_from(["PT60S", "PT1M", "P1D", "PT1.239S", "P4W", "PT0,5S"]),
    ["P4W1D", "P", "PT", ""],
)
agents = mostly(
    st.one_of(
        st.builds(
            lambda home, name: {"account": {"homePage": home, "name": name}},
            iris,
            texts,
        ),
        st.builds(
            lambda mbox, name: {"mbox": mbox, "name": name, "objectType": "Agent"},
            st.sampled_from(["mailto:anna@example.org", "mailto:Bo@Example.ORG"]),
            texts,
        ),
        st.just({"mbox_sha1sum": "ab" * 20}),
    ),
    [
        {"mbox_sha1sum": "AB" * 20},
        {"mbox_sha1sum": "0" * 39},
        {"openid": "https://anna.example/"},
        {"mbox": "mailto:x"},
        {"account": {"homePage": "https://lms.example", "name": 5}},
    ],
)
groups = st.builds(
    lambda members, ifi: {"objectType": "Group", "member": members} | ifi,
    st.lists(agents, min_size=1, max_size=3),
    st.sampled_from([{}, {"mbox": "mailto:team@example.org"}]),
)
values = st.one_of(
    texts, numbers, st.booleans(), st.none(), st.lists(texts, max_size=2)
)
extensions = st.dictionaries(
    mostly(
        st.sampled_from(
            [
                f"{EXTENSIONS}/click-count",
                f"{EXTENSIONS}/imputed",
                f"{EXTENSIONS}/interval-start",
                "https://w3id.org/xapi/cmi5/result/extensions/progress",
                "https://w3id.org/xapi/cmi5/context/extensions/sessionid",
                "https://lms.example/unlisted",
            ]
        ),
        ["no-iri", "https://lms&46;example/mongo"],
    ),
    st.one_of(values, timestamps),
    max_size=3,
)
definitions = st.fixed_dictionaries(
    {},
    optional={
        "name": st.dictionaries(st.sampled_from(["en", "pl", "id"]), texts, max_size=2),
        "type": iris,
        "interactionType": mostly(st.sampled_from(["choice", "fill-in"]), ["odd"]),
        "extensions": extensions,
    },
)
activities = st.fixed_dictionaries(
    {"id": iris},
    optional={
        "objectType": mostly(st.just("Activity"), ["StatementRef", "activity"]),
        "definition": definitions,
    },
)
results = st.fixed_dictionaries(
    {},
    optional={
        "score": st.dictionaries(st.sampled_from(["scaled", "raw"]), numbers),
        "success": st.booleans(),
        "completion": mostly(st.booleans(), ["true"]),
        "response": texts,
        "duration": durations,
        "extensions": extensions,
    },
)
contexts = st.fixed_dictionaries(
    {},
    optional={
        "registration": uuids,
        "platform": mostly(texts, ["Mozilla/5.0 (iPhone)", "Teams on Android"]),
        "language": mostly(
            st.sampled_from(["en", "en-GB", "pl", "hi"]), ["a12345", "x-mark00", "en@x"]
        ),
        "instructor": agents,
        "team": groups,
        "contextActivities": st.dictionaries(
            st.sampled_from(["parent", "grouping", "category"]),
            st.one_of(activities, st.lists(activities, max_size=2)),
            max_size=2,
        ),
        "extensions": extensions,
    },
)
verbs = st.fixed_dictionaries(
    {
        "id": mostly(
            st.just("http://adlnet.gov/expapi/verbs/completed"),
            ["http://adlnet.gov/expapi/verbs/voided", "done"],
        )
    },
    optional={"display": st.dictionaries(st.just("en"), texts, max_size=1)},
)
statements = st.fixed_dictionaries(
    {
        "actor": st.one_of(agents, agents, groups),
        "verb": verbs,
        "object": activities,
    },
    optional={
        "id": uuids,
        "timestamp": timestamps,
        "stored": timestamps,
        "version": mostly(st.sampled_from(["1.0.0", "2.0.0"]), ["0.9"]),
        "authority": agents,
        "result": results,
        "context": contexts,
    },
)


def leaves(value: Any, path: tuple = ()) -> list[tuple]:
    if isinstance(value, dict):
        return [leaf for k, v in value.items() for leaf in leaves(v, (*path, k))]
    if isinstance(value, list):
        return [leaf for n, v in enumerate(value) for leaf in leaves(v, (*path, n))]
    return [path]


def with_leaf(value: Any, path: tuple, leaf: Any) -> Any:
    if not path:
        return leaf
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = with_leaf(value[path[0]], path[1:], leaf)
    return copy


FITTING = {
    "id": iris,
    "homePage": iris,
    "type": iris,
    "registration": uuids,
    "timestamp": timestamps,
    "stored": timestamps,
    "duration": durations,
    "scaled": numbers,
    "raw": numbers,
    "success": st.booleans(),
    "completion": st.booleans(),
    "mbox": st.sampled_from(["mailto:cy@example.org", "mailto:Dee@Example.org"]),
    "mbox_sha1sum": st.sampled_from(["cd" * 20, "EF" * 20]),
    "objectType": st.sampled_from(["Agent", "Group", "Activity"]),
    "language": st.sampled_from(["pl", "de-CH", "x-mark00"]),
    "version": st.sampled_from(["1.0.3", "2.0.0"]),
    f"{EXTENSIONS}/click-count": numbers,
    f"{EXTENSIONS}/interval-start": timestamps,
}


@st.composite
def families(draw: st.DrawFn) -> list[str]:
    """Texts of one outline: a statement, and copies with single values changed."""
    first = draw(statements)
    separators = draw(
        mostly(st.sampled_from([(",", ":"), (", ", ": ")]), [(" ,", ":\t")])
    )
    places = leaves(first)
    family = [first, first, first]
    for _ in range(draw(st.integers(1, 8))):
        place = draw(st.sampled_from(places))
        kind = FITTING.get(place[-1], texts if isinstance(place[-1], str) else values)
        if draw(st.integers(0, 9)) == 0:
            kind = draw(st.sampled_from([uuids, timestamps, iris, texts, numbers]))
        if place == ("id",):
            kind = uuids
        family.append(with_leaf(draw(st.sampled_from(family)), place, draw(kind)))
    return [
        json.dumps(one, ensure_ascii=False, separators=separators) for one in family
    ]


def by_the_rules(
    texts: list[str], policy: Policy = USUAL_POLICY
) -> tuple[list[dict], list[Rejection], Converter]:
    converter = Converter(Pseudonyms(SECRET), policy=policy)
    judged = [converter.judged(line, text) for line, text in enumerate(texts)]
    rows = [
        one | {"line": line} for line, one in enumerate(judged) if isinstance(one, dict)
    ]
    refused = [one for one in judged if isinstance(one, Rejection)]
    return rows, refused, converter


def by_both_ways(
    texts: list[str], batch_rows: int = 1_000, policy: Policy = USUAL_POLICY
) -> tuple[list[dict], list[Rejection], Converter]:
    """Convert statements, in stretches: what one taught, the next takes as columns."""
    converter = Converter(Pseudonyms(SECRET), policy=policy, batch_rows=batch_rows)
    converter.screen.sheets.fewest = 1
    converted = converter.convert(range(len(texts)), texts)
    return converted.statements.to_pylist(), converted.rejections, converter


def assert_equal_ways(texts: list[str], policy: Policy = USUAL_POLICY) -> Converter:
    expected, refused, slow = by_the_rules(texts, policy)
    met = dict(slow.pseudonyms.drain())
    absent = dict.fromkeys(table_schema().names)
    for batch_rows in (len(texts), max(3, len(texts) // 3)):
        rows, rejections, converter = by_both_ways(texts, batch_rows, policy)
        rows.sort(key=lambda row: row["line"])
        assert rows == [absent | row for row in expected]
        assert sorted(rejections, key=lambda one: one.line) == refused
        assert dict(converter.pseudonyms.drain()) == met
        assert converter.met_texts() == texts_of(expected)
    return converter


def texts_of(rows: list[dict]) -> set[str]:
    """Return the texts of rows in which names are looked for."""
    return {text for row in rows for text in texts_in(json.loads(row["statement"]))}


def plain(number: int, **changed: object) -> str:
    statement = {
        "id": f"{number:08x}-0000-4000-8000-000000000000",
        "actor": {"account": {"homePage": "https://lms.example", "name": f"p{number}"}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/scored"},
        "object": {"id": f"https://lms.example/quiz/{number % 7}"},
        "result": {"score": {"raw": number % 5, "min": 0, "max": 5}},
        "timestamp": f"2024-05-01T10:{number % 60:02}:00Z",
    }
    return json.dumps(statement | changed)


def of_a_team(*members: dict, **ifi: str) -> str:
    """Return a statement with a team, which has no identifier unless it is given."""
    team = {"objectType": "Group", "member": list(members)} | ifi
    return json.dumps(
        {
            "actor": {"mbox_sha1sum": "AB" * 20},
            "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
            "object": {"id": "https://lms.example/course/1"},
            "context": {"team": team},
        }
    )


def teams(**ifi: str) -> list[str]:
    """Return statements of one form whose members' keys sort differently."""
    sums = ["ab" * 20, "AB" * 20, "Ab" * 20, "cd" * 20, "EF" * 20, "01" * 20]
    return [
        of_a_team({"mbox_sha1sum": one}, {"mbox_sha1sum": other}, **ifi)
        for one in sums
        for other in sums
    ]


def clicks(*literals: str) -> list[str]:
    """Return statements of as many clicks as these JSON numbers say, each thrice."""
    counted = {f"{EXTENSIONS}/click-count": "COUNT"}
    pattern = plain(1, result={"extensions": counted})
    return [pattern.replace('"COUNT"', one) for one in literals for _ in range(3)]


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.lists(families(), min_size=1, max_size=3))
@example([teams()])
@example([teams(mbox="mailto:team@example.org")])
@example([clicks("1", "2", "1e25", f"1{'0' * 25}", f"{2**63}", f"{-(2**63)}")])
def test_both_ways_give_the_same_rows_and_refusals(found: list[list[str]]):
    texts = [text for family in found for text in family]
    assert_equal_ways([*texts, *reversed(texts)])


@pytest.mark.parametrize(
    "spoilt",
    [
        '{"id":I}',
        '{"score":01}',
        '{"score":1.}',
        '{"a":1,"a":2}',
        "{",
        "",
        "\x00",
        '{"a":"\x01"}',
        '"',
        "[1]",
        "null",
        '{"a":NaN}',
        "{'a': 1}",
        '{"a":1e999}',
        '{"a":"\\ud800"}',
        "[" * 5000,
    ],
)
def test_what_is_no_statement_is_refused_both_ways(spoilt: str):
    assert_equal_ways([spoilt, spoilt, spoilt])


def test_statements_of_a_known_form_are_taken_as_columns():
    texts = [plain(number) for number in range(100)]
    converter = assert_equal_ways(texts)
    lines = pl.Series(range(100), dtype=pl.Int64)
    segments = Segments(table_schema())
    assert converter.screen.take(lines, pl.Series(texts), segments).all()
    assert segments.row_count == 100


def test_the_name_of_a_group_is_recorded_as_no_person_s():
    agents = [
        {"mbox": f"mailto:t{n}@x.example", "name": f"n{n}", "objectType": kind}
        for n in range(9)
        for kind in (["Agent", "Group"][n % 2],)
    ]
    assert_equal_ways([plain(n, actor=agents[n % 9]) for n in range(90)])


def test_a_platform_that_tells_a_device_is_not_written():
    known = [plain(number, context={"platform": "Example"}) for number in range(20)]
    device = plain(21, context={"platform": "Mozilla/5.0 (iPhone)"})
    assert_equal_ways([*known, device, *known, device, *known])


@pytest.mark.parametrize(
    ("allow", "expected"),
    [
        (USUAL, {None}),
        (USUAL | {"device"}, {"phone", "desktop", "unknown", None}),
    ],
)
def test_both_ways_keep_the_same_kinds_of_devices(
    allow: frozenset[str], expected: set[str | None]
):
    agents = ["Mozilla/5.0 (iPhone)", "Mozilla/5.0 (Windows NT 10.0)", "curl/8"]
    iri = "https://lms.example/x/user-agent"
    texts = [
        plain(n, context={"platform": "Example", "extensions": {iri: agents[n % 3]}})
        for n in range(60)
    ]
    texts += [
        plain(n, context={"extensions": {DEVICE_KIND: ["phone", "odd"][n % 2]}})
        for n in range(60, 90)
    ]
    texts += [plain(n, context={"platform": agents[n % 3]}) for n in range(90, 120)]
    assert_equal_ways(texts, Policy(allow=allow))
    rows, _rejections, converter = by_both_ways(texts, policy=Policy(allow=allow))
    assert {row["device_kind"] for row in rows} == expected
    lines = pl.Series(range(60), dtype=pl.Int64)
    segments = Segments(table_schema())
    assert converter.screen.take(lines, pl.Series(texts[:60]), segments).all()


def test_statements_of_a_known_form_do_not_reach_the_rules():
    texts = [plain(number) for number in range(500)]
    converter = assert_equal_ways(texts)
    asked: list[str] = []
    judged = converter.judged

    def counted(line: int | None, text: str) -> dict | Rejection:
        asked.append(text)
        return judged(line, text)

    converter.judged = counted
    converter.convert(range(500), texts)
    assert asked == []


def test_a_score_outside_its_range_is_found_among_known_fingerprints():
    texts = [plain(number) for number in range(100)]
    beyond = plain(101, result={"score": {"raw": 6, "min": 0, "max": 5}})
    _rows, rejections, _ = by_both_ways([*texts, beyond, *texts])
    assert [(one.line, one.code) for one in rejections] == [(100, "score.range")]


def test_a_literal_letter_for_a_number_is_no_number():
    texts = [plain(number) for number in range(100)]
    spoilt = plain(1).replace('"raw": 1', '"raw": I')
    _rows, rejections, _ = by_both_ways([*texts, spoilt])
    assert [(one.line, one.code) for one in rejections] == [(100, "json.syntax")]
