"""Whatever is handed over: one line of error, or a counted rejection."""

import gzip
import json
import os
import zipfile

import duckdb
import pytest
import zstandard

from ingest.run import ingest
from ingest.storage.warehouse import LAYOUT_VERSION
from tandem.core.errors import KeyProblem, WarehouseProblem
from tandem.core.settings import Settings

NUMBERED = b"".join(b'{"actor": "%x"}\n' % n**7 for n in range(9000))


def test_one_bad_file_does_not_stop_the_good_ones(
    statement, write, land, ask, tmp_path
):
    good = [write("a.ndjson", [statement(1)]), write("z.ndjson", [statement(2)])]
    unknown = tmp_path / "holiday.jpg"
    unknown.write_bytes(b"\xff\xd8\xff\xe0 no statements here")
    reports = land(good[0], unknown, good[1])
    assert [report.error is None for report in reports] == [True, False, True]
    assert ask("select count(*) from raw.statements") == [(2,)]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.ndjson", b"", "empty"),
        ("blank.ndjson", b"\n\n  \n", "empty"),
        ("noise.bin", bytes(range(256)), "nothing here reads this"),
        ("half.json", b'[{"actor": {}, "verb": {}}, {"actor": {"mb', "damaged"),
        ("half.json", b'{"statements": [{"actor": {}}', "damaged"),
        ("cut.ndjson.gz", gzip.compress(b'{"actor":1}\n' * 9000)[:-40], "cut off"),
        ("cut.ndjson.zst", zstandard.compress(NUMBERED)[:-9000], "cut off"),
        ("tail.ndjson.zst", zstandard.compress(NUMBERED) + b"tail", "cut off"),
        ("tail.json", b'[{"actor": {}, "verb": {}}] tail', "followed by other content"),
        ("page.json", b'{"statements": [{"actor": {}}]', "it ends"),
    ],
)
def test_a_damaged_file_is_one_line_and_nothing_of_it_lands(
    name, content, words, tmp_path, land, ask
):
    path = tmp_path / name
    path.write_bytes(content)
    (report,) = land(path)
    assert words in report.error
    assert "\n" not in report.error
    assert ask("select count(*) from raw.loads") == [(0,)]


def test_a_pipe_is_refused_and_not_waited_for(tmp_path, land):
    os.mkfifo(tmp_path / "pipe.ndjson")
    (report,) = land(tmp_path / "pipe.ndjson")
    assert "a pipe" in report.error


def test_a_folder_that_is_linked_into_itself_is_read_once(
    statement, write, tmp_path, land
):
    file = write("a.ndjson", [statement(1)])
    (tmp_path / "again").symlink_to(tmp_path)
    reports = land(tmp_path)
    assert [report.path for report in reports if report.path.name == file.name] == [
        file
    ]


def test_a_file_that_is_not_there_is_named(tmp_path, land):
    (report,) = land(tmp_path / "absent.ndjson")
    assert report.error.startswith("absent.ndjson: ")


def test_half_a_line_at_the_end_is_refused_and_the_rest_lands(
    statement, tmp_path, land, ask
):
    path = tmp_path / "half.ndjson"
    whole = json.dumps(statement(1))
    path.write_text(f"{whole}\n{whole[:60]}", encoding="utf-8")
    (report,) = land(path)
    assert (report.landed_count, report.rejected_by_code) == (1, {"json.syntax": 1})


@pytest.mark.parametrize(
    "line",
    [
        b"\xff\xfe{}",
        b'{"actor": "\x00"}',
        b"[" * 20_000,
        b'{"a":' * 500 + b"1" + b"}" * 500,
        b'{"id": 1e99999}',
        b'{"id": ' + b"9" * 5000 + b"}",
    ],
)
def test_a_hostile_line_is_a_counted_rejection(line, statement, tmp_path, land):
    path = tmp_path / "a.ndjson"
    good = json.dumps(statement(1)).encode()
    path.write_bytes(good + b"\n" + line + b"\n" + good + b"\n")
    (report,) = land(path)
    assert (report.landed_count, report.replayed_count) == (1, 1)
    assert report.rejected_count == 1


def test_one_line_that_is_no_json_among_a_thousand_is_named(
    statement, write, land, ask
):
    lines = [json.dumps(statement(n)) for n in range(1, 1001)]
    lines[6] = lines[6][:-20] + "}"
    (report,) = land(write("a.ndjson", lines))
    assert (report.read_count, report.landed_count) == (1000, 999)
    assert report.rejected_by_code == {"json.syntax": 1}
    assert ask("select line, code from raw.rejections") == [(7, "json.syntax")]


def test_a_line_of_60_mb_is_read_and_beyond_64_it_is_refused_alone(
    statement, tmp_path, land
):
    path = tmp_path / "long.ndjson"
    wordy = json.dumps(statement(1, result={"response": "x" * 60_000_000}))
    path.write_text(f"{json.dumps(statement(2))}\n{wordy}\n", encoding="utf-8")
    (report,) = land(path)
    assert (report.landed_count, report.error) == (2, None)
    wordy += " " * 8_000_000
    path.write_text(f"{wordy}\n{json.dumps(statement(3))}", encoding="utf-8")
    (report,) = land(path)
    assert (report.landed_count, report.error) == (1, None)
    assert report.rejected_by_code == {"line.size": 1}


def test_a_long_line_lands(statement, write, land):
    long = statement(1, object={"id": "https://lms.example/" + "x" * 20_000_000})
    (report,) = land(write("a.ndjson", [statement(2), long]))
    assert report.landed_count == 2


def test_a_zip_that_states_a_wrong_size_is_refused(statement, write, tmp_path, land):
    inside = write("a.ndjson", [statement(n) for n in range(1, 400)])
    path = tmp_path / "lying.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(inside, "a.ndjson")
    size = inside.stat().st_size
    content = path.read_bytes().replace(
        size.to_bytes(4, "little"), (size // 2).to_bytes(4, "little")
    )
    path.write_bytes(content)
    (report,) = land(path)
    assert "damaged" in report.error


def test_a_warehouse_of_another_layout_is_refused(statement, write, land, home):
    land(write("a.ndjson", [statement(1)]))
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("update raw.layout set layout_version = 99")
    with pytest.raises(WarehouseProblem, match=f"99.*{LAYOUT_VERSION}"):
        land(write("a.ndjson", [statement(1)]))


def test_a_file_that_is_no_warehouse_is_refused_and_kept(statement, write, land, home):
    land(write("a.ndjson", [statement(1)]))
    home.warehouse.write_bytes(b"something else entirely" * 1000)
    with pytest.raises(WarehouseProblem, match="not a warehouse"):
        land(write("a.ndjson", [statement(1)]))
    assert home.warehouse.read_bytes().startswith(b"something else")


def test_a_warehouse_without_its_vault_is_refused(statement, write, land, home):
    land(write("a.ndjson", [statement(1)]))
    home.vault.unlink()
    with pytest.raises(WarehouseProblem, match="vault"):
        land(write("a.ndjson", [statement(1)]))


def test_another_key_is_refused_and_changes_nothing(
    statement, write, land, ask, monkeypatch
):
    land(write("a.ndjson", [statement(1)]))
    monkeypatch.setenv("TANDEM_PSEUDONYM_KEY", "quite another key than the first")
    with pytest.raises(KeyProblem, match="not the pseudonym key"):
        land(write("b.ndjson", [statement(2)]))
    assert ask("select count(*) from raw.statements") == [(1,)]


def test_a_missing_key_is_refused_once_there_is_a_vault(
    statement, write, land, home, monkeypatch, tmp_path
):
    land(write("a.ndjson", [statement(1)]))
    monkeypatch.delenv("TANDEM_PSEUDONYM_KEY")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    with pytest.raises(KeyProblem, match="missing"):
        ingest([], home, Settings.load(home), None)
