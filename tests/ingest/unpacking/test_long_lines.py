"""A statement that is too long is rejected alone, in every shape of a file."""

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from ingest.unpacking import blocks as blocks_module
from ingest.unpacking.blocks import blocks, line_blocks
from ingest.unpacking.long_lines import LongLine
from tandem.cli.main import app
from tandem.core.errors import DamagedFile
from tandem.core.limits import Limits, applied

LIMIT = 200
SMALL = Limits(line_mb=LIMIT / 1e6)


def element(size: int, letter: str = "x") -> str:
    """Return an object of so many bytes, with brackets and quotes in its text."""
    frame = '{"a": "\\\\ \\" ]}[{ %s"}'
    return frame % (letter * ((size - len(frame) + 2) // len(letter.encode())))


def found(content: bytes, block_bytes: int = 64) -> dict[int, str | int]:
    """Return the statements by line, and the size of each that is too long."""
    result: dict[int, str | int] = {}
    before, blocks_module.BLOCK_BYTES = blocks_module.BLOCK_BYTES, block_bytes
    try:
        with applied(SMALL):
            for block in blocks(io.BytesIO(content), "given"):
                if isinstance(block, LongLine):
                    result[block.line] = block.size
                    continue
                lines = block[1].decode().split("\n")
                result |= {n: s for n, s in enumerate(lines, start=block[0]) if s}
    finally:
        blocks_module.BLOCK_BYTES = before
    return result


SIZES = st.lists(st.sampled_from([40, 199, 200, 201, 500, 1_000]), min_size=1)


@given(sizes=SIZES, block_bytes=st.integers(3, 700), ending=st.sampled_from(["", "\n"]))
def test_of_lines_only_those_that_are_too_long_are_left_out(
    sizes: list[int], block_bytes: int, ending: str
):
    texts = [element(size) for size in sizes]
    content = ("\n".join(texts) + ending).encode()
    expected = {
        n: text if len(text) <= LIMIT else len(text)
        for n, text in enumerate(texts, start=1)
    }
    with applied(SMALL):
        assert found(content, max(block_bytes, 50)) == expected


@pytest.mark.parametrize("letter", ["x", "é"])
@pytest.mark.parametrize("shape", ["[{}]", '{{"statements": [{}], "more": ""}}'])
@given(sizes=SIZES, block_bytes=st.integers(48, 700))
def test_of_an_array_only_elements_that_are_too_long_are_left_out(
    shape: str, letter: str, sizes: list[int], block_bytes: int
):
    texts = [element(size, letter) for size in sizes]
    content = shape.format(", ".join(texts)).encode()
    expected = {
        n: text if len(text.encode()) <= LIMIT else len(text.encode())
        for n, text in enumerate(texts, start=1)
    }
    assert found(content, block_bytes) == expected


def test_the_elements_above_have_the_sizes_that_they_state():
    assert [len(element(n)) for n in (199, 200, 201)] == [199, 200, 201]


@pytest.mark.parametrize("cut", [b'{"a": "' + b"x" * 900, b"[" * 900])
def test_an_array_that_breaks_off_in_a_long_element_is_damaged(cut):
    with pytest.raises(DamagedFile, match="cut off"):
        found(b'[{"a": 1}, ' + cut)


def test_a_deep_element_is_left_to_the_rules():
    deep = "[" * 2_000 + "]" * 2_000
    with applied(Limits()):
        listed = list(blocks(io.BytesIO(f'[{{"a": 1}}, {deep}]'.encode()), "given"))
    assert listed == [(1, b'{"a": 1}\n' + deep.encode())]


def test_equal_sizes_are_told_apart_by_their_digest():
    content = f"{element(300)}\n{element(300, 'y')}\n".encode()
    with applied(SMALL):
        one, other = line_blocks(io.BytesIO(content))
    assert isinstance(one, LongLine)
    assert isinstance(other, LongLine)
    assert (one.size, other.size) == (300, 300)
    assert one.sha256 != other.sha256


@pytest.mark.parametrize(("extra", "rejected"), [(-1, 0), (0, 0), (1, 1)])
@pytest.mark.parametrize("is_array", [False, True])
def test_the_rest_of_the_delivery_lands(
    statement, home, land, ask, tmp_path, extra, rejected, is_array
):
    home.root.mkdir(parents=True)
    home.settings.write_text("[limits]\nline_mb = 0.002\n")
    short = len(json.dumps(statement(2, result={"response": ""})))
    long = statement(2, result={"response": "x" * (2_000 - short + extra)})
    given_lines = [json.dumps(one) for one in (statement(1), long, statement(3))]
    path = tmp_path / "a.ndjson"
    text = f"[{', '.join(given_lines)}]" if is_array else "\n".join(given_lines)
    path.write_text(text)
    (report,) = land(path)
    assert (report.error, report.landed_count) == (None, 3 - rejected)
    assert report.rejected_by_code == ({"line.size": 1} if rejected else {})
    rows = ask("select line, code, message, payload from raw.rejections")
    if rejected:
        ((line, code, message, payload),) = rows
        assert (line, code) == (2, "line.size")
        assert "has 2,001 bytes and may have 2,000" in message
        assert "line_mb" in message
        assert json.loads(payload)["bytes"] == 2_001


@pytest.mark.parametrize("option", [[], ["--format", "ndjson"]])
def test_validate_names_the_line(statement, home, tmp_path: Path, option):
    home.root.mkdir(parents=True)
    home.settings.write_text("[limits]\nline_mb = 0.002\n")
    path = tmp_path / "a.ndjson"
    texts = [json.dumps(statement(1)), element(2_001), json.dumps(statement(3))]
    path.write_text("\n".join(texts))
    result = CliRunner().invoke(app, ["validate", str(path), *option])
    verdicts = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(v["line"], v["valid"]) for v in verdicts] == [
        (1, True),
        (2, False),
        (3, True),
    ]
    assert verdicts[1]["code"] == "line.size"
