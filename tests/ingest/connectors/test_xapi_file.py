"""The statements of a file are the same in every shape and compression."""

import gzip
import json
import zipfile
from pathlib import Path

import pytest
import zstandard

from ingest.connectors.xapi.statements_file import recognise
from ingest.unpacking import blocks as blocks_module
from ingest.unpacking.blocks import blocks
from ingest.unpacking.streams import HEAD_BYTES, streams

STATEMENTS = [
    {
        "actor": {"mbox": f"mailto:{n}@example.org"},
        "verb": {"id": "https://verb.example/x"},
        "object": {"id": f"https://lms.example/{n}"},
        "result": {"response": 'a "quoted" ] } text,\u2028 [ in {two}\nlines'},
    }
    for n in range(5)
]
COMPACT = [json.dumps(one, ensure_ascii=False) for one in STATEMENTS]
NDJSON = "\n".join(COMPACT)
ARRAY = json.dumps(STATEMENTS, ensure_ascii=False)
SHAPES = {
    "lines": NDJSON,
    "lines-and-blanks": NDJSON.replace("\n", "\n\n") + "\n\n",
    "windows-lines": NDJSON.replace("\n", "\r\n"),
    "array": ARRAY,
    "pretty-array": json.dumps(STATEMENTS, indent=2),
    "answer": f'{{"statements": {ARRAY}, "more": "/xapi/more?x"}}',
    "answers": f'{{"statements": {ARRAY}, "more": "/a"}}\n{{"statements": [] }}\n',
    "arrays": "".join(f"[{json.dumps(one)}]\n" for one in STATEMENTS),
    "array-and-lines": "[]\n" + NDJSON,
    "answer-backwards": f'{{"more": "", "statements": {ARRAY}}}',
}
SKIPPABLE = b"\x50\x2a\x4d\x18\x04\x00\x00\x00size"
PACKINGS = {
    "plain": lambda content: content,
    "byte-order-mark": lambda content: b"\xef\xbb\xbf" + content,
    "gzip": gzip.compress,
    "two-gzips": lambda c: gzip.compress(c[:50]) + gzip.compress(c[50:]),
    "zstd": lambda content: zstandard.compress(content),
    "two-zstds": lambda c: zstandard.compress(c[:50]) + zstandard.compress(c[50:]),
    "pzstd": lambda c: SKIPPABLE + zstandard.compress(c),
}


def read(path: Path) -> list:
    found = []
    for stream in streams(path):
        for _first, content in blocks(stream, path.name):
            found += [json.loads(line) for line in content.split(b"\n") if line.strip()]
    return found


@pytest.mark.parametrize("size", [40, 8 << 20])
@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_and_compression_gives_every_statement(
    shape, packing, size, tmp_path, monkeypatch
):
    monkeypatch.setattr(blocks_module, "BLOCK_BYTES", max(size, 3000))
    path = tmp_path / "given"
    path.write_bytes(PACKINGS[packing](SHAPES[shape].encode()))
    assert read(path) == STATEMENTS
    assert recognise(path, path.read_bytes()[:HEAD_BYTES]) is not None


def test_a_zip_gives_the_statements_of_its_members(tmp_path):
    path = tmp_path / "given.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("b/2.ndjson", "\n".join(COMPACT[3:]))
        archive.writestr("a/1.json", json.dumps(STATEMENTS[:3]))
        archive.writestr("a/.hidden", "x")
    assert read(path) == STATEMENTS


@pytest.mark.parametrize("indent", [None, 2])
def test_a_single_object_is_one_statement(indent, tmp_path):
    path = tmp_path / "given.json"
    path.write_text(json.dumps(STATEMENTS[0], indent=indent), encoding="utf-8")
    assert read(path) == STATEMENTS[:1]


def test_lines_are_numbered_across_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr(blocks_module, "BLOCK_BYTES", 300)
    path = tmp_path / "given.ndjson"
    path.write_text(NDJSON, encoding="utf-8")
    numbered = {}
    for stream in streams(path):
        for first, content in blocks(stream, path.name):
            for number, line in enumerate(content.split(b"\n"), start=first):
                numbered[number] = json.loads(line) if line.strip() else None
    assert [numbered[n] for n in range(1, 6)] == STATEMENTS


def test_the_statements_of_every_page_are_read(tmp_path):
    pages = [f'{{"statements": [{json.dumps(s)}], "more": "/x"}}' for s in STATEMENTS]
    path = tmp_path / "pages.json"
    path.write_text("\n".join(pages))
    assert read(path) == STATEMENTS


def test_blank_lines_are_skipped_and_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(blocks_module, "BLOCK_BYTES", 64)
    path = tmp_path / "blank.ndjson"
    path.write_text(NDJSON + "\n" * 1000 + NDJSON)
    found = [
        (first, content) for s in streams(path) for first, content in blocks(s, "x")
    ]
    assert not [first for first, content in found if content.isspace()]
    assert found[-1][0] > 1000


def test_a_file_with_a_damaged_first_line_is_recognised(tmp_path):
    path = tmp_path / "given.ndjson"
    path.write_text(f"garbage\n{NDJSON}", encoding="utf-8")
    assert recognise(path, path.read_bytes()).variant == "lines"


def test_other_json_is_not_recognised(tmp_path):
    path = tmp_path / "given.json"
    path.write_text('[{"name": "no statement"}]', encoding="utf-8")
    assert recognise(path, path.read_bytes()) is None


def test_a_count_of_statements_is_not_recognised():
    about = Path("truth.json")
    assert recognise(about, b'{"statements": {"lines": 571190}}') is None
    assert recognise(about, b'{"more": "", "statements" : [ ]}') is not None
