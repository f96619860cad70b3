"""Define what a connector is, and discover all connectors.

A connector is a module directly in a vendor's package: `connectors/<vendor>/<kind>.py`
with NAME, recognise() and read(). Packages below a vendor's package hold its helpers.
"""

import importlib
import pkgutil
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Protocol

from ingest.landing.delivery import Delivery, LoadWriter, Recognition


class Connector(Protocol):
    """The three names that a connector module offers.

    One that reads a file of any size in blocks sets IS_READ_IN_BLOCKS, too.
    """

    NAME: str

    @staticmethod
    def recognise(path: Path, head: bytes) -> Recognition | None:
        """Return the recognition of a delivery, None if the connector does not read it.

        `head` holds the first bytes of a file, b"" for a folder.
        """

    @staticmethod
    def read(delivery: Delivery, writer: LoadWriter) -> None:
        """Write everything in the delivery that lands."""


@lru_cache(maxsize=1)
def connectors() -> dict[str, Connector]:
    """Return all connectors by NAME: every module directly in a vendor's package."""
    root = importlib.import_module("ingest.connectors")
    modules = [
        importlib.import_module(f"{package.__name__}.{info.name}")
        for package in _packages(root.__path__, root.__name__)
        for info in pkgutil.iter_modules(package.__path__)
        if not info.ispkg
    ]
    return {module.NAME: module for module in sorted(modules, key=lambda m: m.NAME)}


def _packages(path: Iterable[str], parent: str) -> list[ModuleType]:
    """Return the vendors' packages."""
    return [
        importlib.import_module(f"{parent}.{info.name}")
        for info in pkgutil.iter_modules(path)
        if info.ispkg
    ]
