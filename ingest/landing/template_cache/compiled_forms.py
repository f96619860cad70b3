"""The forms known so far, as the compiled pass needs them once it is used."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingest.landing.template_cache.known_forms import KnownForm
    from ingest.landing.template_cache.tables import Tables

MOST_FORMS = 4_000  # beyond them, statements are looked up as without compilation
# Making the tables takes a second for a thousand forms. Until then statements of the
# newest forms are looked up as without compilation.
WORTH_MAKING = 8  # made again once one in so many forms is new
MOST_WAITING = 16  # or once they were asked for so often with any new form


class Compiled:
    """Forms as they are learned, and tables of them that are made when asked for."""

    def __init__(self, kind_names: tuple[str, ...]) -> None:
        self._kind_names = kind_names
        self._known: list[tuple[Any, ...]] = []
        self._forms: list[KnownForm] = []
        self._tables: Tables | None = None
        self._waiting = 0

    def add(self, *found: Any) -> None:  # noqa: ANN401 - the fields of a KnownForm
        """Add a form: its outline, kinds, scores, an example's values, the form."""
        if len(self._known) < MOST_FORMS:
            self._known.append(found)

    def tables(self) -> "Tables":
        """Return tables of the forms that can be compiled, nearly all of them."""
        if self._tables is None or self._is_worth_making():
            # The compiler takes most of a second to import, which small loads save.
            from ingest.landing.template_cache.known_forms import KnownForm
            from ingest.landing.template_cache.tables import tables_of

            new = self._known[len(self._forms) :]
            self._forms += [KnownForm(*found) for found in new]
            self._tables = tables_of(self._forms, self._kind_names)
            self._waiting = 0
        return self._tables

    def _is_worth_making(self) -> bool:
        new = len(self._known) - len(self._forms)
        self._waiting += new > 0
        many = new * WORTH_MAKING >= len(self._known)
        return new > 0 and (many or self._waiting >= MOST_WAITING)
