"""The dashboard as a server: Streamlit's own files compressed once, and warm data.

A new browser loads ten megabytes of Streamlit's scripts and styles, which Streamlit
sends as they are. `tandem dashboard` runs this file; `streamlit run dashboards/app.py`
shows the same pages without it.
"""

import asyncio
import gzip
import importlib
import logging
import mimetypes
import pkgutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import ClassVar

import streamlit as st
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from tandem.core.errors import TandemError
from tandem.core.files import Home

STATIC = Path(st.__file__).parent / "static"
COMPRESSED = {".js", ".css", ".svg", ".json"}
SMALLEST = 1000  # bytes; smaller files gain nothing
YEAR = 31_536_000  # seconds; the names of these files hold a hash of their content
PACKAGES = ("charts", "components", "presenters", "queries")

log = logging.getLogger(__name__)


class CompressedFiles:
    """ASGI middleware that sends Streamlit's static files as gzip.

    Files are compressed in the background when the server starts; until then, and to
    browsers that do not accept gzip, Streamlit answers itself.
    """

    files: ClassVar[dict[str, tuple[bytes, str]]] = {}  # one set of files a process

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request for a compressed file; pass on any other."""
        found = None
        if scope["type"] == "http" and scope["method"] == "GET" and _takes_gzip(scope):
            found = self.files.get(scope["path"])
        if found is None:
            await self._app(scope, receive, send)
            return
        content, kind = found
        headers = {
            "content-encoding": "gzip",
            "cache-control": f"public, immutable, max-age={YEAR}",
            "vary": "accept-encoding",
        }
        await Response(content, headers=headers, media_type=kind)(scope, receive, send)


def _takes_gzip(scope: Scope) -> bool:
    accepted = dict(scope["headers"]).get(b"accept-encoding", b"")
    return b"gzip" in accepted


def compress() -> None:
    """Compress Streamlit's scripts and styles, the largest last."""
    paths = [path for path in STATIC.rglob("*") if path.suffix in COMPRESSED]
    for path in sorted(paths, key=lambda path: path.stat().st_size):
        content = path.read_bytes()
        if len(content) < SMALLEST or path.parent == STATIC:
            continue  # files beside index.html have no hash in their names
        kind = mimetypes.guess_type(path.name)[0] or "text/plain"
        name = f"/{path.relative_to(STATIC).as_posix()}"
        CompressedFiles.files[name] = (gzip.compress(content, 6, mtime=0), kind)


def warm() -> None:
    """Import what pages import, and read what every page reads.

    Only while the server starts: before, Streamlit has no place for cached data.
    """
    from dashboards.queries import catalogue, current_snapshot, kpis
    from dashboards.queries import snapshot as snapshot_queries

    for package in PACKAGES:
        folder = Path(__file__).parent / package
        for module in pkgutil.iter_modules([str(folder)]):
            importlib.import_module(f"dashboards.{package}.{module.name}")
    try:
        snapshot = current_snapshot(Home.from_environment())
        if snapshot is not None:
            snapshot_queries.snapshot_info(snapshot)
            snapshot_queries.reviewed_quarter(snapshot)
            kpis.registry(snapshot)
            catalogue.categories(snapshot)
            catalogue.programmes(snapshot)
    except TandemError as error:  # the page says it better
        log.info("%s", error.one_line())


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, object]]:
    """Warm the process before the first reader; compress files meanwhile."""
    compressing = asyncio.create_task(asyncio.to_thread(compress))
    await asyncio.to_thread(warm)
    yield {}
    await compressing


app = st.App(
    Path(__file__).parent / "app.py",
    lifespan=lifespan,
    middleware=[Middleware(CompressedFiles)],
)
