"""Find the frozen snapshot of a quarter, and what was decided about the quarter."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from dashboards import formats, recording
from dashboards.frozen_quarters import frozen_quarters
from dashboards.presenters.decisions import dismissed_reasons
from dashboards.presenters.review_pack import WITHDRAWN
from dashboards.queries import Snapshot, catalogue, kpis, review
from dashboards.queries import snapshot as snapshots
from dashboards.review_pack.source import Source
from dashboards.selection import ALL
from dashboards.unit_texts import names_any
from tandem.core.errors import WarehouseProblem, WrongUse
from tandem.core.files import Home
from tandem.core.readers import EVERY_UNIT
from tandem.core.roles import LEADER, ROLES
from tandem.core.settings import Settings
from tandem.core.wording import ENGLISH, offered_languages

Row = dict[str, Any]

QUARTER = re.compile(r"([0-9]{4})-Q([1-4])")
SHOWN = 4  # quarters that a message names


@dataclass(frozen=True)
class Request:
    """Which pack is wanted.

    Attributes:
        quarter: e.g. `2026-Q2`.
        business_unit: as published, in any case; `all` for the organisation.
        role: of the reader whom it is built for.
        language: one that is offered.
        reader_unit: the unit to which the asking reader is limited; EVERY_UNIT for a
            reader of all units.
    """

    quarter: str
    business_unit: str = ALL
    role: str = LEADER
    language: str = ENGLISH
    reader_unit: str = EVERY_UNIT


def checked(request: Request) -> Request:
    """Return a request whose parts exist.

    Raises:
        WrongUse: the quarter is no quarter, or role or language does not exist.
    """
    if not QUARTER.fullmatch(request.quarter):
        raise WrongUse("it is no quarter", request.quarter, "write it as 2026-Q2")
    if request.role not in ROLES:
        raise WrongUse("there is no such role", request.role, f"use {', '.join(ROLES)}")
    offered = offered_languages()
    if request.language not in offered:
        raise WrongUse(
            "the language is not offered", request.language, f"use {', '.join(offered)}"
        )
    return request


def frozen_snapshot(home: Home, quarter: str) -> Snapshot:
    """Return the snapshot that a quarter was last frozen with.

    Raises:
        WarehouseProblem: the quarter is not frozen, or its files are gone.
    """
    found = frozen_quarters(home)
    mine = [one for one in found if one.quarter == quarter]
    if not mine:
        known = ", ".join(dict.fromkeys(one.quarter for one in found[:SHOWN]))
        raise WarehouseProblem(
            "the quarter is not frozen",
            quarter,
            f"run tandem freeze {quarter}"
            + (f", or use one that is: {known}" if known else ""),
        )
    if not mine[0].is_on_disk:
        raise WarehouseProblem(
            "the files of the frozen quarter are gone",
            str(home.snapshot_folder(mine[0].snapshot_id)),
            "put them back from a copy, or freeze the quarter again with a reason",
        )
    path = home.snapshot_folder(mine[0].snapshot_id) / "dashboard.duckdb"
    return Snapshot(mine[0].snapshot_id, str(path))


def gather(home: Home, request: Request) -> Source:
    """Return what the slides of a pack are made of, in the current language.

    Args:
        home: of the snapshots and the journal.
        request: which pack.

    Raises:
        WrongUse: a part of the request does not exist.
        WarehouseProblem: the quarter is not frozen.
    """
    checked(request)
    whole = frozen_snapshot(home, request.quarter)
    all_units = catalogue.business_units(whole)
    readable = replace(whole, business_unit=request.reader_unit)
    unit = _unit(request.business_unit, catalogue.business_units(readable))
    snapshot = readable if unit == ALL else replace(whole, business_unit=unit)
    info = snapshots.snapshot_info(snapshot)
    settings = Settings.load(home)
    formats.set_organisation(settings.locale, info.currency or settings.currency)
    own = request.reader_unit if unit == ALL else unit
    others = [name for name in all_units if own not in (EVERY_UNIT, name)]
    kept = [
        payload
        for payload in _decisions(request.quarter)
        if payload["status"] != WITHDRAWN and not names_any(payload.values(), others)
    ]
    written = recording.latest("review_commentary").get(request.quarter)
    commentary = written["payload"]["text"] if written else ""
    return Source(
        snapshot,
        info,
        request.quarter,
        _last_day(snapshot, request.quarter),
        unit,
        request.role,
        kpis.registry(snapshot),
        catalogue.categories(snapshot),
        "" if names_any([commentary], others) else commentary,
        tuple(kept),
        tuple(
            payload
            for payload in _decisions(quarter_before(request.quarter))
            if not names_any(payload.values(), others)
        ),
        tuple(
            entry
            for entry in recording.entries("scorecard_judgement")
            if not names_any([entry["reason"]], others)
        ),
        dismissed_reasons(recording.latest("decision_dismissed")),
    )


def quarter_before(quarter: str) -> str:
    """Return the quarter before one, e.g. `2025-Q4` for `2026-Q1`."""
    year, number = (int(part) for part in quarter.split("-Q"))
    return f"{year}-Q{number - 1}" if number > 1 else f"{year - 1}-Q4"


def _unit(asked: str, units: list[str]) -> str:
    if asked.casefold() == ALL:
        return ALL
    for name in units:
        if name.casefold() == asked.casefold():
            return name
    raise WrongUse(
        "no figures of such a business unit are published",
        asked,
        f"use {ALL}, {', '.join(units)}",
    )


def _decisions(quarter: str) -> list[Mapping[str, Any]]:
    return [
        entry["payload"]
        for entry in recording.latest("review_decision").values()
        if entry["payload"]["quarter"] == quarter
    ]


def _last_day(snapshot: Snapshot, quarter: str) -> date:
    found = review.last_day(snapshot, quarter)
    if found is None:
        raise WarehouseProblem(
            "the snapshot has no numbers of the quarter",
            snapshot.path,
            "freeze the quarter again after tandem run",
        )
    return found
