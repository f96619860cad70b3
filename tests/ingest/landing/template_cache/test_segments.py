"""Columns assembled from segments."""

from datetime import datetime

import pyarrow as pa
import pytest

from ingest.landing.template_cache.segments import Segments, arrow_array

NOON = datetime(2024, 5, 1, 12)  # noqa: DTZ001 - naive UTC


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["a", None, ""], pa.string()),
        ([1.5, None], pa.float64()),
        ([True, None, False], pa.bool_()),
        ([2**40, None], pa.int64()),
        ([NOON, None], pa.timestamp("us")),
        ([["a", "b"], None, [], ["c"]], pa.list_(pa.string())),
        ([("a", "b"), None], pa.list_(pa.string())),
        ([], pa.list_(pa.string())),
        ([None, None], pa.list_(pa.string())),
        ([None, None], pa.timestamp("us")),
    ],
)
def test_values_become_the_arrays_that_pyarrow_makes(values, kind):
    made = arrow_array(values, kind)
    assert made.type == kind
    assert made.to_pylist() == pa.array(values, kind).to_pylist()


def test_a_column_without_a_segment_in_a_batch_is_null():
    schema = pa.schema([("a", pa.string()), ("b", pa.list_(pa.string()))])
    segments = Segments(schema)
    segments.add_constant("a", "x", 2)
    segments.end_batch(2)
    segments.add("b", [["p"], None])
    segments.end_batch(2)
    segments.add("a", ["y"])
    segments.add_constant("b", ["q"], 1)
    segments.end_batch(1)
    segments.end_batch(1)
    assert segments.table().to_pydict() == {
        "a": ["x", "x", None, None, "y", None],
        "b": [None, None, ["p"], None, ["q"], None],
    }
