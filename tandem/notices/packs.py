"""Review packs as attachments: what their manifest says, and for whom they are.

`tandem review` writes a manifest beside a pack: `manifest.json`, or a file whose name
ends so. A file that none of them names, or that was changed since, is sent to nobody.
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

MANIFEST = "manifest.json"  # the ending of its name
BUILD_AGAIN = "build the pack again with tandem review"
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


@dataclass(frozen=True)
class _Manifest:
    """What a manifest says about its pack, and file name -> SHA-256."""

    about: Mapping[str, Any]
    hashes: Mapping[str, str]


def packs_of(paths: Iterable[Path]) -> list[Pack]:
    """Return the packs that files belong to, one for each manifest that names some.

    Raises:
        PackRefused: a file or its manifest is missing, is not named, or was changed.
    """
    manifests: dict[Path, _Manifest] = {}
    by_manifest: dict[Path, dict[str, Attachment]] = defaultdict(dict)
    for path in paths:
        file = _read(path)
        place, manifests[place] = _manifest_of(path.resolve().parent, path, file)
        by_manifest[place][file.name] = file
    return [
        _pack(manifests[place], tuple(files.values()))
        for place, files in by_manifest.items()
    ]


def _pack(manifest: _Manifest, files: tuple[Attachment, ...]) -> Pack:
    listed = [f"{file.name}:{manifest.hashes[file.name]}" for file in files]
    return Pack(
        *(manifest.about[name] for name in ABOUT),
        language=str(manifest.about.get("language") or ""),
        files=files,
        digest=hashlib.sha256("\n".join(sorted(listed)).encode()).hexdigest(),
    )


def _manifest_of(folder: Path, path: Path, file: Attachment) -> tuple[Path, _Manifest]:
    """Return the one manifest of a folder that names a file as it is.

    Raises:
        PackRefused: none names it, it was changed, or several do.
    """
    found = {place: _manifest(place) for place in sorted(folder.glob(f"*{MANIFEST}"))}
    naming = {p: m for p, m in found.items() if file.name in m.hashes}
    if not naming:
        raise PackRefused(
            f"no {MANIFEST} beside it names it",
            str(path),
            "send files that tandem review wrote, where it wrote them",
        )
    digest = hashlib.sha256(file.content).hexdigest()
    same = [(p, m) for p, m in naming.items() if m.hashes[file.name] == digest]
    if not file.content or not same:
        raise PackRefused(
            "it is not the file that tandem review wrote", str(path), BUILD_AGAIN
        )
    if len(same) > 1:
        raise PackRefused(
            "several manifests name it, so it is not clear for whom it was built",
            str(path),
            "write each pack to a folder of its own",
        )
    return same[0]


def _manifest(path: Path) -> _Manifest:
    """Return what a manifest says.

    Raises:
        PackRefused: it cannot be read, is damaged, or leaves something out.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        about = dict(content["about"])
        hashes = {
            str(file["name"]): str(file["sha256"]).lower() for file in content["files"]
        }
    except OSError as error:
        raise PackRefused(
            f"it cannot be read ({error.strerror})", str(path), BUILD_AGAIN
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise PackRefused(
            "this is no manifest of a pack", str(path), BUILD_AGAIN
        ) from error
    missing = [name for name in ABOUT if not _is_text(about, name)]
    if missing:
        words = f"about says no {', '.join(missing)}"
        raise PackRefused(words, str(path), BUILD_AGAIN)
    if about["role"] not in ROLES:
        raise PackRefused(f"no such role: {about['role']}", str(path), BUILD_AGAIN)
    return _Manifest(about, hashes)


def _is_text(about: Mapping[str, Any], name: str) -> bool:
    return isinstance(about.get(name), str) and bool(about[name].strip())


def _read(path: Path) -> Attachment:
    """Return a file; the bytes that are checked are the bytes that are sent."""
    try:
        return Attachment(path.name, path.read_bytes())
    except OSError as error:
        raise PackRefused(
            f"it cannot be read ({error.strerror})", str(path), "check the path"
        ) from error
