"""One set of limits holds for everything that is unpacked; a good file still lands."""

import gzip
import io
import json
import struct
import zipfile
from collections.abc import Callable

import pytest
import zstandard

from ingest.inspection.recognition import deliveries, is_recognised
from ingest.landing.report import LoadReport
from ingest.unpacking.archives import unpacked
from ingest.unpacking.budget import Budget
from ingest.unpacking.streams import streams
from ingest.unpacking.zip_files import opened_zip
from tandem.core.errors import LimitExceeded
from tandem.core.files import Home
from tandem.core.limits import Limits, applied

REPORT = (
    "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest\n"
    "Ida,ida@example.org,2026-03-02 09:00:00,2026-03-02 10:00:00,60,No\n"
)
GOOD = "participants_84512349876.csv"
MEGABYTE = b"\0" * 1_000_000


@pytest.fixture
def limited(home: Home) -> Callable[..., None]:
    """Set limits in tandem.toml."""

    def set_limits(**limits: float) -> None:
        home.root.mkdir(parents=True, exist_ok=True)
        lines = [f"{name} = {value}" for name, value in limits.items()]
        home.settings.write_text("\n".join(["[limits]", *lines]))

    return set_limits


def zipped(members: dict[str, bytes | str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return content.getvalue()


def errors(reports: list[LoadReport]) -> dict[str, str | None]:
    return {report.path.name: report.error for report in reports}


BOMBS = {
    "zeros.zip": zipped({"zeros.csv": MEGABYTE * 4}),
    "zeros.csv.gz": gzip.compress(MEGABYTE * 4),
    "zeros.csv.zst": zstandard.compress(MEGABYTE * 4),
    "statements.ndjson.gz": gzip.compress(b'{"actor":1}\n' + MEGABYTE * 4),
    "statements.ndjson.zst": zstandard.compress(b'{"actor":1}\n' + b" " * 4_000_000),
    "statements.zip": zipped({"a.ndjson": b'{"actor":1}\n' + b"\n" * 4_000_000}),
    "nested.zip": zipped({"inner.zip": zipped({"zeros.csv": MEGABYTE * 4})}),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_with_the_limit_and_the_file_beside_it_lands(
    name, tmp_path, land, limited
):
    limited(ratio_from_mb=1)
    (tmp_path / name).write_bytes(BOMBS[name])
    (tmp_path / GOOD).write_text(REPORT)

    found = errors(land(tmp_path / name, tmp_path / GOOD, tz="UTC"))

    assert found.pop(GOOD) is None
    (refusal,) = found.values()
    assert "limit ratio = 200" in refusal
    assert "set a larger ratio under [limits] in tandem.toml" in refusal


def test_a_good_report_lands_beside_a_bomb_in_one_archive(tmp_path, land, limited):
    limited(ratio_from_mb=1)
    bomb = zipped({"zeros.csv": MEGABYTE * 4})
    (tmp_path / "both.zip").write_bytes(zipped({"b.zip": bomb, GOOD: REPORT}))
    found = errors(land(tmp_path / "both.zip", tz="UTC"))
    assert found[GOOD] is None
    assert "limit ratio" in found["b.zip"]


def test_archives_in_an_archive_share_its_budget(tmp_path, land, limited):
    limited(unpacked_mb=1.5)
    one = zipped({f"{n}.csv": bytes(range(256)) * 2_000 for n in range(1)})
    names = ["a.zip", "b.zip", "c.zip"]
    (tmp_path / "outer.zip").write_bytes(zipped(dict.fromkeys(names, one)))
    found = land(tmp_path / "outer.zip")
    assert sum("unpacked_mb" in (report.error or "") for report in found) == 1


@pytest.mark.parametrize(("size", "is_refused"), [(-1, False), (0, False), (1, True)])
@pytest.mark.parametrize("packed", [gzip.compress, zstandard.compress])
def test_the_unpacked_size_is_held_to_the_byte(tmp_path, packed, size, is_refused):
    path = tmp_path / "packed"
    path.write_bytes(packed(b"\0" * (300_000 + size)))
    with applied(Limits(unpacked_mb=0.3)):
        assert refused(lambda: [stream.read() for stream in streams(path)]) == (
            is_refused
        )


@pytest.mark.parametrize(("size", "is_refused"), [(-1, False), (0, False), (1, True)])
def test_the_ratio_is_held_to_the_byte(tmp_path, size, is_refused):
    path = tmp_path / "packed"
    path.write_bytes(b"x" * 1_000)
    with applied(Limits(ratio=50, ratio_from_mb=0.01)):
        assert refused(lambda: Budget(path).take(50_000 + size)) == is_refused


@pytest.mark.parametrize(("size", "is_refused"), [(-1, False), (0, False), (1, True)])
def test_the_ratio_counts_above_a_size_only(tmp_path, size, is_refused):
    path = tmp_path / "packed"
    path.write_bytes(b"x")
    with applied(Limits(ratio=2, ratio_from_mb=0.05)):
        assert refused(lambda: Budget(path).take(50_000 + size)) == is_refused


@pytest.mark.parametrize(("count", "is_refused"), [(4, False), (5, False), (6, True)])
def test_the_number_of_files_is_limited(tmp_path, count, is_refused):
    path = tmp_path / "many.zip"
    path.write_bytes(zipped({f"{n}.csv": "" for n in range(count)}))
    with applied(Limits(members=5)):
        assert refused(lambda: opened_zip(path).__enter__()) == is_refused


def test_a_long_list_of_files_is_refused_before_it_is_read(tmp_path, monkeypatch):
    path = tmp_path / "many.zip"
    content = bytearray(zipped({"a.csv": ""}))
    struct.pack_into("<L", content, content.rindex(b"PK\x05\x06") + 12, 1_000_001)
    path.write_bytes(content)
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with applied(Limits(members=5)), pytest.raises(LimitExceeded, match="members = 5"):
        opened_zip(path).__enter__()


@pytest.mark.parametrize(("levels", "is_refused"), [(1, False), (2, False), (3, True)])
def test_archives_lie_in_archives_up_to_a_depth(tmp_path, levels, is_refused):
    content: bytes | str = REPORT
    for level in range(levels):
        content = zipped({GOOD if level == 0 else f"{level}.zip": content})
    path = tmp_path / "outer.zip"
    path.write_bytes(content)
    with (
        applied(Limits(depth=2)),
        unpacked([path], tmp_path / "u", deliveries, is_recognised) as found,
    ):
        (one,) = found
    assert ("depth = 2" in str(one.refusal)) == is_refused


@pytest.mark.parametrize(
    ("seconds", "is_refused"), [(9, False), (10, False), (11, True)]
)
def test_unpacking_may_take_a_time(tmp_path, monkeypatch, seconds, is_refused):
    clock = iter([0.0, float(seconds)])
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    path = tmp_path / "packed"
    path.write_bytes(b"x")

    def read() -> None:
        with Budget(path).timed():
            pass

    with applied(Limits(seconds=10)):
        assert refused(read) == is_refused


def test_a_zip_whose_files_overlap_is_bounded(tmp_path, land, limited):
    """Many entries of one list that name the same packed bytes."""
    limited(ratio_from_mb=1)
    content = zipped({"a.csv": MEGABYTE})
    begin, end = content.index(b"PK\x01\x02"), content.rindex(b"PK\x05\x06")
    entry, count = content[begin:end], 50
    tail = bytearray(content[end:])
    struct.pack_into("<HHL", tail, 8, count, count, len(entry) * count)
    path = tmp_path / "overlapping.zip"
    path.write_bytes(content[:begin] + entry * count + tail)
    (report,) = land(path)
    assert "limit ratio" in report.error


def test_ordinary_ratios_of_statements_land(tmp_path, land, statement, limited):
    limited(ratio_from_mb=0.1)
    lines = "\n".join(json.dumps(statement(n)) for n in range(1, 4_000))
    packed = gzip.compress(lines.encode())
    assert 20 < len(lines) / len(packed) < 200
    (tmp_path / "a.ndjson.gz").write_bytes(packed)
    (report,) = land(tmp_path / "a.ndjson.gz")
    assert (report.landed_count, report.error) == (3_999, None)


def refused(action: Callable[[], object]) -> bool:
    try:
        action()
    except LimitExceeded:
        return True
    return False
