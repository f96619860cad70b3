"""The forms known so far, as the compiled pass needs them once it is used."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingest.landing.template_cache.tables import Tables

MOST_FORMS = 4_000  # beyond them, statements are looked up as without compilation


class Compiled:
    """Forms as they are learned, and tables of them that are made when asked for."""

    def __init__(self, kind_names: tuple[str, ...]) -> None:
        self._kind_names = kind_names
        self._known: list[tuple[Any, ...]] = []
        self._tables: Tables | None = None

    def add(self, *found: Any) -> None:  # noqa: ANN401 - the fields of a KnownForm
        """Add a form: its outline, kinds, scores, an example's values, the form."""
        if len(self._known) < MOST_FORMS:
            self._known.append(found)
            self._tables = None

    def tables(self) -> "Tables":
        """Return the tables of the forms that can be compiled."""
        if self._tables is None:
            # The compiler takes most of a second to import, which small loads save.
            from ingest.landing.template_cache.known_forms import KnownForm
            from ingest.landing.template_cache.tables import tables_of

            forms = [KnownForm(*found) for found in self._known]
            self._tables = tables_of(forms, self._kind_names)
        return self._tables
