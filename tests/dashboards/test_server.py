"""The server of the dashboard: what it compresses is what Streamlit has."""

import gzip

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboards import server
from tandem.cli.commands.dashboard import command


@pytest.fixture(scope="module")
def client() -> TestClient:
    """A client of an application that answers everything in plain words."""
    server.compress()
    plain = Starlette(
        routes=[Route("/{path:path}", lambda _: PlainTextResponse("plain"))],
        middleware=[Middleware(server.CompressedFiles)],
    )
    return TestClient(plain)


def script() -> str:
    """The path of the largest script of Streamlit's front end."""
    paths = (server.STATIC / "static" / "js").glob("*.js")
    largest = max(paths, key=lambda path: path.stat().st_size)
    return f"/{largest.relative_to(server.STATIC).as_posix()}"


def test_a_script_arrives_compressed_and_whole(client: TestClient):
    answer = client.get(script(), headers={"accept-encoding": "gzip"})
    whole = (server.STATIC / script().lstrip("/")).read_bytes()
    assert answer.content == whole
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert int(answer.headers["content-length"]) < len(whole) / 2
    sent, kind = server.CompressedFiles.files[script()]
    assert gzip.decompress(sent) == whole
    assert "javascript" in kind


def test_a_browser_without_gzip_gets_what_streamlit_sends(client: TestClient):
    answer = client.get(script(), headers={"accept-encoding": "identity"})
    assert answer.text == "plain"


@pytest.mark.parametrize(
    "path", ["/", "/index.html", "/compare-modes", "/static/js/../../index.html"]
)
def test_other_requests_pass(client: TestClient, path: str):
    assert client.get(path, headers={"accept-encoding": "gzip"}).text == "plain"


def test_only_files_with_a_hash_in_their_name_are_kept_for_ever():
    assert all(name.startswith("/static/") for name in server.CompressedFiles.files)


def test_the_command_serves_it():
    assert command(8501)[4].endswith("dashboards/server.py")


def test_a_home_without_a_published_file_does_not_stop_the_server(
    tmp_path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TANDEM_HOME", str(tmp_path))
    server.warm()
