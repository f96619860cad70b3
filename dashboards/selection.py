"""What the reader chose, and the nearest published cut of the numbers.

Only the cubes of the published file may be shown. For a choice that no cube matches,
pages show the nearest roll-up and state which filters it leaves out.
"""

from dataclasses import dataclass
from datetime import date

ALL = "all"

# Of two equally near cuts, the one that keeps the earlier name is used.
CHOICES = ("outcome_category", "business_unit", "region")

CUBES: dict[str, tuple[str, ...]] = {
    "all": (),
    "mode": ("delivery_mode",),
    "category": ("outcome_category",),
    "mode_category": ("delivery_mode", "outcome_category"),
    "programme": ("programme_id",),
    "business_unit": ("business_unit",),
    "business_unit_category": ("business_unit", "outcome_category"),
    "region": ("region",),
}


@dataclass(frozen=True)
class Selection:
    """The global filters; `all` where nothing is chosen."""

    trailing_quarters: int = 4
    outcome_category: str = ALL
    business_unit: str = ALL
    region: str = ALL

    @property
    def is_default(self) -> bool:
        """Whether nothing was chosen."""
        return self == Selection()

    def narrowed_by(self, *names: str) -> tuple[str, ...]:
        """Return which of some filters are set; of CHOICES where none is named."""
        return tuple(n for n in names or CHOICES if getattr(self, n) != ALL)


@dataclass(frozen=True)
class Cut:
    """One entry of the catalogue of cuts: a cube has such windows that end then."""

    cube: str
    trailing_quarters: int
    period_end_date: date


def cubes_of(cuts: frozenset[Cut], trailing_quarters: int, end: date) -> frozenset[str]:
    """Return the cubes with a window of that length that ends on that day."""
    return frozenset(
        cut.cube
        for cut in cuts
        if (cut.trailing_quarters, cut.period_end_date) == (trailing_quarters, end)
    )


def other_lengths(
    selection: "Selection", cuts: frozenset[Cut], end: date
) -> tuple[int, ...]:
    """Return the lengths of windows in which a whole choice is published.

    Args:
        selection: the global filters.
        cuts: the catalogue.
        end: last day of the windows.
    """
    lengths = sorted({cut.trailing_quarters for cut in cuts})
    return tuple(
        length
        for length in lengths
        if length != selection.trailing_quarters
        and (cubes := cubes_of(cuts, length, end))
        and not nearest_cut(selection, cubes).left_out
    )


@dataclass(frozen=True)
class PublishedCut:
    """A cut of the published cubes, and the filters that it leaves out.

    `programme_id` narrows a history to one programme; cells are those of all.
    """

    cube: str
    outcome_category: str = ALL
    business_unit: str = ALL
    region: str = ALL
    left_out: tuple[str, ...] = ()
    programme_id: str = ALL


def nearest_cut(
    selection: Selection, published: frozenset[str], by: str = ""
) -> PublishedCut:
    """Return the published cut that keeps most of a choice.

    Args:
        selection: the global filters.
        published: names of the cubes that the file holds.
        by: a dimension that the cut must have besides the choice: `delivery_mode`,
            `outcome_category` or `programme_id`; empty for none. A choice in that
            dimension is not applied; the caller filters the rows.
    """
    chosen = tuple(name for name in selection.narrowed_by() if name != by)
    fits = [
        name
        for name in published
        if name in CUBES and _fits(set(CUBES[name]), set(chosen), by)
    ]
    cube = min(sorted(fits) or ["all"], key=lambda name: _distance(CUBES[name], chosen))
    kept = {name: getattr(selection, name) for name in chosen if name in CUBES[cube]}
    return PublishedCut(
        cube, **kept, left_out=tuple(n for n in chosen if n not in kept)
    )


def _fits(dimensions: set[str], chosen: set[str], by: str) -> bool:
    rest = dimensions - ({by} if by else set())
    return (not by or by in dimensions) and rest <= chosen


def _distance(dimensions: tuple[str, ...], chosen: tuple[str, ...]) -> tuple[int, ...]:
    kept = [name in dimensions for name in chosen]
    return (-sum(kept), *(0 if is_kept else 1 for is_kept in kept))
