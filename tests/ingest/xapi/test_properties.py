"""What holds for any statement, and for any JSON at all."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.xapi.normalisation import normalised
from ingest.xapi.repairs import REPAIRS, repaired
from ingest.xapi.validation import canonical, check, check_text, content_hash
from tests.ingest.xapi.examples import statement

KEYS = [
    *statement(),
    *("objectType", "mbox", "account", "member", "definition", "choices", "score"),
    *("min", "max", "extensions", "contextActivities", "parent", "contextAgents"),
]
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=5),
    st.sampled_from(["Agent", "Group", "SubStatement", "GroupActivity", "", "x:y"]),
)
anything = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS) | st.text(max_size=3), inner, max_size=6
        )
    ),
    max_leaves=20,
)
uuids = st.uuids().flatmap(lambda u: st.sampled_from([str(u), str(u).upper()]))
agents = st.builds(
    lambda name, domain: {"mbox": f"mailto:{name}@{domain}.example"},
    st.from_regex(r"[A-Za-z]{1,3}", fullmatch=True),
    st.sampled_from(["lms", "LMS", "Lms"]),
)
people = agents | st.builds(
    lambda members: {"objectType": "Group", "member": members},
    st.lists(agents, min_size=1, max_size=3),
)
activities = st.builds(lambda n: {"id": f"https://lms.example/{n}"}, st.integers(0, 3))
moments = st.builds(
    lambda minute, text: f"2026-03-01T10:{minute:02}:00{text}",
    st.integers(0, 59),
    st.sampled_from(["Z", ".5Z", ".500000+01:00", "-02:30", "+0000"]),
)
valid = st.fixed_dictionaries(
    {"actor": people, "verb": activities, "object": activities},
    optional={
        "id": uuids,
        "timestamp": moments,
        "stored": moments,
        "result": st.fixed_dictionaries(
            {},
            optional={
                "duration": st.sampled_from(["PT1M", "PT60S", "PT1.239S", "PT1,2345S"]),
                "score": st.fixed_dictionaries({"scaled": st.floats(-1, 1)}),
                "extensions": st.dictionaries(
                    st.sampled_from(["x:y", "https://e&46;example"]), st.integers()
                ),
            },
        ),
        "context": st.fixed_dictionaries(
            {},
            optional={
                "registration": uuids,
                "instructor": people,
                "contextActivities": st.dictionaries(
                    st.sampled_from(["parent", "grouping", "category", "other"]),
                    activities | st.lists(activities, max_size=2),
                ),
            },
        ),
    },
)


@given(valid)
@settings(max_examples=100, deadline=None)
def test_canonicalisation_and_normalisation_are_idempotent(whole):
    assert check(whole) == []
    assert canonical(canonical(whole)) == canonical(whole)
    assert normalised(normalised(whole)) == normalised(whole)
    assert canonical(normalised(whole)) == canonical(normalised(canonical(whole)))
    assert check(normalised(whole)) == []
    assert check(canonical(whole)) == []


@given(valid, st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_order_of_keys_and_members_changes_nothing(whole, random):
    def shuffled(value: Any) -> Any:
        if isinstance(value, dict):
            keys = list(value)
            random.shuffle(keys)
            return {key: shuffled(value[key]) for key in keys}
        return value

    other = shuffled(whole)
    if "member" in other["actor"]:
        random.shuffle(other["actor"]["member"])
    assert content_hash(other) == content_hash(whole)


@given(anything)
@settings(max_examples=200, deadline=None)
def test_anything_gets_a_verdict_and_never_an_exception(value):
    findings = check_text(json.dumps(value))
    assert findings.is_valid == (findings.statement is not None)
    if isinstance(value, dict):
        for finding in check(value, "2.0"):
            assert finding.path.startswith("$")
            assert finding.message
        repaired(value, REPAIRS.values())
