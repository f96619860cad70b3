"""Building on a cluster, as far as it can be tested without one."""

import sys
from datetime import datetime

import pyarrow as pa
import pytest

from tandem.cli.build_state import ON_CLUSTER, Inputs, LastBuild, is_of_cluster
from tandem.cli.fingerprint import changed_kinds
from tandem.core.errors import ClusterProblem
from tandem.core.iceberg import in_utc, lake


def test_without_the_extra_a_build_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setitem(sys.modules, "pyiceberg.catalog", None)
    with pytest.raises(ClusterProblem, match=r"tandem-analytics\[spark\]"):
        lake()


def test_the_other_engine_builds_in_full():
    fingerprint = {"models": "a"}
    of_spark = fingerprint | ON_CLUSTER
    assert changed_kinds(of_spark, of_spark) == []
    assert changed_kinds(fingerprint, of_spark) == ["the engine"]
    assert changed_kinds(of_spark, fingerprint) == ["the engine"]


@pytest.mark.parametrize(
    ("last", "is_on_cluster"),
    [
        (None, False),
        (LastBuild(), False),
        (LastBuild(inputs=Inputs({"models": "a"}, "", {}, 0)), False),
        (LastBuild(inputs=Inputs({"models": "a"} | ON_CLUSTER, "", {}, 0)), True),
    ],
)
def test_where_the_last_build_ran(last: LastBuild | None, is_on_cluster: bool):
    assert is_of_cluster(last) is is_on_cluster


def test_times_are_written_with_the_zone_utc_and_whole_numbers_with_64_bits():
    moment = datetime(2026, 3, 1, 12, 30, 0, 250_000)  # noqa: DTZ001
    rows = pa.table(
        {
            "moment": pa.array([moment], pa.timestamp("us")),
            "number": pa.array([7], pa.int32()),
            "text": pa.array(["a"]),
        }
    )
    written = in_utc(rows)
    assert written.schema.field("moment").type == pa.timestamp("us", tz="UTC")
    assert written.schema.field("number").type == pa.int64()
    assert (
        written["moment"][0].as_py().isoformat() == "2026-03-01T12:30:00.250000+00:00"
    )
    assert written["text"].to_pylist() == ["a"]
