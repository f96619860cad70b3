"""A large file whose very bytes landed before, and that would be read in the same way.

Reading it again could only find every statement known. So where the earlier load landed
every statement of the file, raw still holds them all, and neither the code, nor the
settings, nor the list of erased people changed, the file is only hashed.
"""

import hashlib
import json
import secrets
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from ingest.identity.secret import fingerprint
from ingest.landing.commit import Load
from ingest.landing.delivery import Delivery
from ingest.landing.group import Converted, LandingContext
from ingest.landing.loading import header_of
from ingest.landing.report import LoadReport
from ingest.storage.load_folders import load_name
from tandem.core.files import project_root, written_name
from tandem.core.settings import Settings

LEAST_BYTES = 8 << 20  # a smaller file is read again as fast as this is found out
STATEMENTS_ONLY = "xapi_file"  # its files hold statements and nothing else
CODE = (("ingest", "*.py"), ("ingest", "*.sql"), ("ingest", "*.toml"))
CODE += (("tandem/core", "*.py"), ("seeds", "*.csv"))
OF_THAT_SIZE = """
select count(*) from raw.loads
where byte_count = $byte_count and reading_hash = $reading_hash
"""
LANDED_WHOLE = """
select load_id, read_count, repairs, report_start_at, report_end_at
from raw.loads
where
    sha256 = $sha256 and reading_hash = $reading_hash and source = $source
    and landed_count = read_count and row_count = 0
    and not exists (from raw.rejections where rejections.load_id = loads.load_id)
order by load_id
limit 1
"""
STILL_THERE = "select count(*) from raw.statements where load_id = $load_id"


def reading_hash(
    delivery: Delivery, context: LandingContext, settings: Settings
) -> str | None:
    """Return a digest of all that decides how a delivery is read, apart from its bytes.

    Args:
        delivery: what is landed.
        context: the vault's secret, and the tombstones of erased people.
        settings: of the organisation.

    Returns:
        64 hexadecimal digits; None for what is read again in any case.
    """
    path = delivery.path
    is_large = path.is_file() and path.stat().st_size >= LEAST_BYTES
    if not is_large or delivery.recognition.connector != STATEMENTS_ONLY:
        return None
    parts = {
        "code": _code_hash(),
        "variant": delivery.recognition.variant,
        "options": repr(delivery.options),
        "settings": settings.organisation,
        "key": fingerprint(context.secret),
        "erased": sorted(context.tombstones),
    }
    text = json.dumps(parts, sort_keys=True, default=repr)
    return hashlib.sha256(text.encode()).hexdigest()


def landed_whole(
    delivery: Delivery, context: LandingContext, digest: str | None
) -> Converted | None:
    """Return a load that finds every statement known; None where it has to be read.

    Args:
        delivery: what is landed; its hash is waited for only if one of its size landed.
        context: the open warehouse and the home.
        digest: of `reading_hash`.
    """
    if digest is None:
        return None
    warehouse, byte_count = context.warehouse, delivery.path.stat().st_size
    known = {"byte_count": byte_count, "reading_hash": digest}
    if warehouse.execute(OF_THAT_SIZE, known).fetchall() == [(0,)]:
        return None
    known = {"sha256": delivery.sha256, "reading_hash": digest}
    found = warehouse.execute(
        LANDED_WHOLE, known | {"source": delivery.source}
    ).fetchone()
    if found is None:
        return None
    load_id, read_count, repairs, start, end = found
    ((held,),) = warehouse.execute(STILL_THERE, {"load_id": load_id}).fetchall()
    if held != read_count:
        return None
    started_at = datetime.now(UTC).replace(tzinfo=None)
    again = load_name(started_at, secrets.token_hex(4))
    header = header_of(delivery) | {
        "read_count": read_count,
        "rejected_count": 0,
        "erased_count": 0,
        "repairs": repairs,
        "report_start_at": start,
        "report_end_at": end,
        "started_at": started_at,
        "reading_hash": digest,
    }
    folder = context.home.landing / again
    folder.mkdir(parents=True, mode=0o700)
    report = LoadReport(
        delivery.path,
        header["connector"],
        delivery.source,
        header["variant"],
        again,
        read_count=read_count,
    )
    name = written_name(delivery.path.name)
    counts = {"replayed_count": read_count}
    return Converted(Load(again, folder, name, header, False, counts), report)


@lru_cache(maxsize=1)
def _code_hash() -> str:
    digest = hashlib.sha256()
    root = project_root()
    for folder, pattern in CODE:
        for path in sorted(Path(root / folder).rglob(pattern)):
            digest.update(str(path.relative_to(root)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
