"""The manifest of a pack: what it says and from where, and a hash of that.

Equal snapshots, decisions and code give the same hash. The written files are named
with hashes of their own, which a different version of a writer changes.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import rfc8785

from dashboards.review_pack.content import Pack, Slide, figures_of, texts_of

NAME = "manifest.json"  # the ending of its file name


def content(pack: Pack) -> dict[str, Any]:
    """Return what a pack says: about it, its pages, and every printed number."""
    about = pack.about
    return {
        "about": {
            "quarter": about.quarter,
            "business_unit": about.business_unit,
            "role": about.role,
            "language": about.language,
            "organisation": about.organisation,
            "snapshot_id": about.snapshot_id,
            "as_of": about.as_of,
            "code_version": about.code_version,
        },
        "pages": [_page(slide) for slide in pack.pages],
        "left_out": [
            {"number": slide.number, "topic": slide.topic, "reason": slide.reason}
            for slide in pack.left_out
        ],
        "figures": [
            {
                "page": number,
                "printed": figure.printed,
                "value": figure.value,
                "table": figure.table,
                "column": figure.column,
                "row": dict(figure.row),
            }
            for number, figure in figures_of(pack)
        ],
    }


def _page(slide: Slide) -> dict[str, Any]:
    return {
        "number": slide.number,
        "topic": slide.topic,
        "state": slide.state,
        "reason": slide.reason,
        "texts": [text.words for text in texts_of(slide) if text.words],
    }


def content_hash(said: dict[str, Any]) -> str:
    """Return the SHA-256 of the canonical JSON (RFC 8785) of `content`."""
    return hashlib.sha256(rfc8785.dumps(said)).hexdigest()


def text(said: dict[str, Any], files: list[Path]) -> str:
    """Return the manifest as JSON text.

    Args:
        said: `content`.
        files: of the pack, as written.
    """
    whole = {
        **said,
        "sha256": content_hash(said),
        "files": [
            {
                "name": path.name,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            }
            for path in files
        ],
    }
    return json.dumps(whole, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
