"""Review packs as attachments: what their manifest says, and for whom they are.

`tandem review` writes `manifest.json` beside a pack. A file that it does not name, or
that was changed since, is not sent to anybody.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tandem.core.errors import TandemError
from tandem.core.roles import ROLES
from tandem.core.wording import Words
from tandem.notices.notice import INFORMATION, PACK, Notice

MANIFEST = "manifest.json"
ABOUT = ("role", "business_unit", "quarter", "snapshot_id")


class PackRefused(TandemError):
    """A pack is not as `tandem review` wrote it."""


@dataclass(frozen=True)
class Attachment:
    """One file of a pack: its name, and its bytes as they were checked."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Pack:
    """Files of one pack, and for whom it was built.

    Attributes:
        role: the only role that may have it.
        business_unit: the only unit whose readers may have it; `all` for readers of the
            whole organisation.
        quarter: that it reviews.
        snapshot_id: whose figures it shows.
        language: that it is in; empty where the manifest does not say.
        files: to attach.
        digest: of the names and bytes of all files.
    """

    role: str
    business_unit: str
    quarter: str
    snapshot_id: str
    language: str
    files: tuple[Attachment, ...]
    digest: str

    def notice(self) -> Notice:
        """Return the notice that the files are attached to."""
        whom = f"{self.quarter}:{self.role}:{self.business_unit}"
        names = {"quarter": self.quarter, "files": len(self.files)}
        return Notice(
            PACK,
            whom,
            f"{self.snapshot_id}:{self.digest[:16]}",
            INFORMATION,
            Words("notice.review_pack.title", names),
            (
                Words("notice.review_pack.text", {"snapshot": self.snapshot_id}),
                Words("notice.review_pack.next"),
            ),
            self.business_unit,
        )


def packs_of(paths: Iterable[Path]) -> list[Pack]:
    """Return the packs that files belong to, one for each folder.

    Raises:
        PackRefused: a file or its manifest is missing, is not named, or was changed.
    """
    by_folder: dict[Path, dict[Path, None]] = defaultdict(dict)
    for path in paths:
        by_folder[path.resolve().parent][path.resolve()] = None
    return [_pack(folder, list(files)) for folder, files in by_folder.items()]


def _pack(folder: Path, paths: list[Path]) -> Pack:
    about, hashes = _manifest(folder / MANIFEST)
    files = tuple(_checked(path, hashes) for path in paths)
    listed = "".join(sorted(f"{file.name}:{hashes[file.name]}\n" for file in files))
    return Pack(
        *(about[name] for name in ABOUT),
        language=about.get("language") or "",
        files=files,
        digest=hashlib.sha256(listed.encode()).hexdigest(),
    )


def _manifest(path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Return what a manifest says about its pack, and file name -> SHA-256.

    Raises:
        PackRefused: it is missing, damaged, or leaves something out.
    """
    next_step = "build the pack again with tandem review"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        about = dict(content["about"])
        hashes = {str(file["name"]): str(file["sha256"]) for file in content["files"]}
    except OSError as error:
        raise PackRefused(
            f"its manifest cannot be read ({error.strerror})", str(path), next_step
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise PackRefused(
            "this is no manifest of a pack", str(path), next_step
        ) from error
    missing = [name for name in ABOUT if not _is_text(about, name)]
    if missing:
        words = f"about says no {', '.join(missing)}"
        raise PackRefused(words, str(path), next_step)
    if about["role"] not in ROLES:
        raise PackRefused(f"no such role: {about['role']}", str(path), next_step)
    return about, hashes


def _is_text(about: Mapping[str, Any], name: str) -> bool:
    return isinstance(about.get(name), str) and bool(about[name].strip())


def _checked(path: Path, hashes: Mapping[str, str]) -> Attachment:
    """Return a file as its manifest names it; the bytes that are sent were checked."""
    if path.name not in hashes:
        raise PackRefused(
            f"{MANIFEST} beside it does not name it",
            str(path),
            "send files that tandem review wrote, as it wrote them",
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PackRefused(
            f"it cannot be read ({error.strerror})", str(path), "check the path"
        ) from error
    if not content or hashlib.sha256(content).hexdigest() != hashes[path.name].lower():
        raise PackRefused(
            "it is not the file that tandem review wrote",
            str(path),
            "build the pack again with tandem review",
        )
    return Attachment(path.name, content)
