"""Build the files of a review pack, and hand them out as one archive.

The pack is built from the frozen snapshot of the quarter, for the audience that the
page names and never with more than the reader may see. It is written to the access log.
"""

import io
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from dashboards import access, formats, reader
from dashboards.components.page_context import PageContext
from dashboards.frozen_quarters import frozen_quarters
from dashboards.review_pack import assembly, writing
from dashboards.review_pack.gathering import Request
from tandem.core.errors import TandemError
from tandem.core.files import Home
from tandem.core.roles import LEADER, ROLES
from tandem.core.wording import current_language, offered_languages, render

BUILT = "review_built"
FIRST = ("pptx", "pdf")  # formats that are chosen at first


@dataclass(frozen=True)
class Built:
    """A pack that can be downloaded, and what it is of."""

    request: Request
    formats: tuple[str, ...]
    snapshot_id: str
    slides: int
    name: str
    content: bytes


def draw(context: PageContext, quarter: str, unit: str) -> None:
    """Draw the form that builds a pack, and the download of what was built.

    Args:
        context: of the page.
        quarter: e.g. `2026-Q2`.
        unit: a business unit, or `all`.
    """
    st.header(render("review.files"), anchor=False)
    home = Home.from_environment()
    kept = {one.quarter for one in frozen_quarters(home) if one.is_on_disk}
    if quarter not in kept:
        words = formats.quarter(quarter, context.about.fiscal_year_start_month)
        st.markdown(render("review.files.not_frozen", quarter=words, label=quarter))
        return
    offered = offered_languages()
    codes = list(offered)
    with st.form("review_files", border=False):
        chosen = st.pills(
            render("review.files.formats"),
            list(writing.WRITERS),
            selection_mode="multi",
            default=FIRST,
            format_func=lambda name: render(f"review.files.{name}"),
            key="review_formats",
        )
        language = st.selectbox(
            render("review.files.language"),
            codes,
            codes.index(current_language()),
            format_func=lambda code: offered[code],
            key="review_language",
        )
        is_asked = st.form_submit_button(
            render("review.files.build"), type="primary", key="review_build"
        )
    request = Request(
        quarter, unit, role(), language, reader.current_reader().business_unit
    )
    if is_asked and not chosen:
        st.error(render("review.files.none"))
    elif is_asked:
        build(home, request, tuple(chosen))
    draw_built(request)


def role() -> str:
    """Return the role that a pack is built for: the reader's first, else a leader."""
    found = reader.recorded_role()
    return found if found in ROLES else LEADER


def build(home: Home, request: Request, names: tuple[str, ...]) -> None:
    """Build a pack and keep it in the session; write why not, where it fails."""
    st.session_state.pop(BUILT, None)
    recorded = reader.recorded_role()
    try:
        with st.spinner(render("review.files.building")):
            st.session_state[BUILT] = built(home, request, names, recorded)
    except TandemError as error:
        st.error(
            render(
                "review.files.failed",
                what=error.what,
                where=error.where,
                next=error.next_step,
            )
        )


def built(home: Home, request: Request, names: tuple[str, ...], recorded: str) -> Built:
    """Return a pack as one archive, after writing the export to the access log.

    Raises:
        PackNotBuilt: a page cannot be trusted or drawn.
        NotLogged: the export cannot be written down.
    """
    pack = assembly.pack(home, request)
    what = f"review {request.quarter}, unit {request.business_unit}, {', '.join(names)}"
    with tempfile.TemporaryDirectory() as folder:
        writing.write(
            pack,
            names,
            Path(folder),
            before=lambda: access.note_export(recorded, what),
        )
        content = archive(Path(folder))
    return Built(
        request,
        names,
        pack.about.snapshot_id,
        len(pack.slides),
        writing.file_name(pack, "zip"),
        content,
    )


def archive(folder: Path) -> bytes:
    """Return the files of a folder as one archive."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as kept:
        for path in sorted(folder.iterdir()):
            kept.write(path, path.name)
    return content.getvalue()


def draw_built(request: Request) -> None:
    """Draw the download of what was built for the same request."""
    found: Built | None = st.session_state.get(BUILT)
    if found is None or found.request != request:
        return
    st.success(render("review.files.done", snapshot=found.snapshot_id))
    st.download_button(
        render("review.files.download", slides=found.slides, name=found.name),
        found.content,
        file_name=found.name,
        mime="application/zip",
        on_click="ignore",
        icon=":material/download:",
        key="review_download",
    )
