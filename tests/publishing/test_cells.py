"""What a published cell shows at every threshold: one below, at, and one above."""

import polars as pl
import pytest

from publishing.cells import Calendar
from publishing.cubes import Cube
from tests.publishing.kpi_cells import (
    AS_OF,
    LAST_QUARTER,
    Group,
    hidden,
    programmes,
    publish_groups,
)

K = 10
LARGE = Group("large", 300, 150)
WINDOWS = (
    Cube("all", (), (1, 4), 100),
    Cube("programme", ("programme_id",), (1, 4), 2),
)


@pytest.mark.parametrize("k", [5, 10, 25])
@pytest.mark.parametrize("offset", [-1, 0, 1])
def test_a_group_is_shown_from_k_people_on(k: int, offset: int):
    people = k + offset
    two_alike = [Group(name, people, people - 1) for name in ("a", "b")]
    published = publish_groups([*two_alike, LARGE], k, is_share=False)
    assert hidden(published) == ({"a", "b"} if offset < 0 else set())
    shown = programmes(published)["a"]["learner_count"]
    assert shown == (None if offset < 0 else people)


@pytest.mark.parametrize(("people", "is_hidden"), [(9, True), (10, False), (11, False)])
def test_k_counts_distinct_people_and_not_rows(people: int, is_hidden: bool):
    sizes = {"a": (40, people), "b": (40, people), "large": (300, 300)}
    learners = pl.DataFrame(
        [
            (programme, LAST_QUARTER, f"{programme}-{row % distinct}", 1.0, 2.0)
            for programme, (rows, distinct) in sizes.items()
            for row in range(rows)
        ],
        schema=["programme_id", "quarter", "learner_key", "numerator", "denominator"],
        orient="row",
    ).unique()
    groups = [Group(name, rows, rows // 2) for name, (rows, _) in sizes.items()]
    published = publish_groups(groups, K, learners=learners)
    assert (hidden(published) >= {"a", "b"}) == is_hidden
    assert is_hidden or programmes(published)["a"]["learner_count"] == people


@pytest.mark.parametrize(
    ("people", "finished", "detail"),
    [
        (60, 2, "At most 5 of 100"),
        (60, 3, None),
        (60, 4, None),
        (60, 56, None),
        (60, 57, None),
        (60, 58, "At least 95 of 100"),
    ],
)
def test_a_share_is_shown_from_three_people_on_either_side_on(
    people: int, finished: int, detail: str | None
):
    published = publish_groups([Group("a", people, finished), LARGE], K)
    cell = programmes(published)["a"]
    if detail is None:
        assert (cell["state"], cell["state_detail"]) == ("shown", None)
        assert cell["value"] == round(finished / people, 2)
    else:
        assert (cell["state"], cell["value"]) == ("hidden", None)
        assert cell["state_detail"].startswith(detail)


@pytest.mark.parametrize("finished", [3, 4, 58, 60])
def test_a_ratio_that_is_no_share_has_no_band(finished: int):
    groups = [Group("a", 60, finished), LARGE]
    cell = programmes(publish_groups(groups, K, is_share=False))["a"]
    assert (cell["state"], cell["numerator"]) == ("shown", finished)
    assert (cell["ci_low"], cell["ci_high"]) == (None, None)


@pytest.mark.parametrize("counted", [0, 1, 2])
def test_an_amount_of_one_or_two_people_is_hidden(counted: int):
    """And so is the other programme, from which the total would tell it."""
    groups = [Group("a", 60, counted), LARGE]
    published = publish_groups(groups, K, is_share=False)
    assert hidden(published) == {"a", "large"}
    assert programmes(published)["a"]["state_detail"].startswith("Hidden")


@pytest.mark.parametrize(
    ("finished", "numerator"),
    [(9, None), (10, 10), (11, 11), (49, 49), (50, 50), (51, None)],
)
def test_a_numerator_is_shown_from_k_people_on_either_side_on(
    finished: int, numerator: int | None
):
    published = publish_groups([Group("a", 60, finished), LARGE], K)
    cell = programmes(published)["a"]
    assert (cell["numerator"], cell["denominator"]) == (numerator, 60)


@pytest.mark.parametrize(
    ("people", "value"), [(199, 0.51), (200, 101 / 200), (201, 101 / 201)]
)
def test_a_share_has_whole_points_below_200_people(people: int, value: float):
    published = publish_groups([Group("a", people, 101), LARGE], K)
    cell = programmes(published)["a"]
    assert cell["value"] == value
    is_whole = cell["ci_low"] == round(cell["ci_low"], 2)
    assert is_whole == (people < 200)


@pytest.mark.parametrize(
    ("people", "percent"),
    [(60, 5), (59, 10), (30, 10), (29, 25), (12, 25), (11, None)],
)
@pytest.mark.parametrize("exceptions", [0, 1, 2])
def test_a_band_holds_three_people_however_many_there_are(
    people: int, percent: int | None, exceptions: int
):
    """So that nobody, one and two have the same band."""
    low, high = Group("a", people, exceptions), Group("a", people, people - exceptions)
    for group, bound in ((low, percent), (high, percent and 100 - percent)):
        groups = [group, Group("b", people, people // 2), LARGE]
        detail = programmes(publish_groups(groups, K))["a"]["state_detail"]
        limit = "At most" if group is low else "At least"
        expected = "Hidden" if bound is None else f"{limit} {bound} of 100;"
        assert detail.startswith(expected), detail


@pytest.mark.parametrize("people", [19, 21, 400])
@pytest.mark.parametrize("exceptions", [0, 1, 2])
def test_exceptions_are_protected_in_groups_of_any_size(people: int, exceptions: int):
    """Subtracting `b` from `all` would give the exceptions of `a`."""
    for finished in (exceptions, people - exceptions):
        groups = [Group("a", people, finished), Group("b", 450, 200)]
        assert hidden(publish_groups(groups, K)) == {"a", "b"}


def seats(*missed: tuple[int, int], people: int = 40) -> pl.DataFrame:
    """Return the seats of programme `a`: people who missed some of four, the rest none.

    Args:
        missed: how many people missed how many seats.
        people: all of them.
    """
    rows = [seats for count, seats in missed for _ in range(count)]
    rows += [0] * (people - len(rows))
    return pl.DataFrame(
        [("a", LAST_QUARTER, f"l{n}", float(m), 4.0) for n, m in enumerate(rows)],
        schema=["programme_id", "quarter", "learner_key", "numerator", "denominator"],
        orient="row",
    )


@pytest.mark.parametrize(
    ("missed", "detail"),
    [
        (((2, 4),), "At most 10 of 100"),
        (((1, 4), (1, 1)), "At most 10 of 100"),
        (((3, 4),), None),
        (((3, 1),), None),
        (((38, 4),), "At least 90 of 100"),
        (((37, 4),), None),
        (((38, 4), (2, 3)), "At least 90 of 100"),
        (((37, 4), (2, 3)), None),
    ],
)
def test_people_count_on_each_side_and_not_their_seats(
    missed: tuple, detail: str | None
):
    """Two people who missed eight seats are two people."""
    learners = seats(*missed)
    group = Group("a", 160, int(learners["numerator"].sum()))
    published = publish_groups([group], K, learners=learners)
    cell = programmes(published)["a"]
    assert (cell["state"] == "hidden") == (detail is not None)
    assert detail is None or cell["state_detail"].startswith(detail)


@pytest.mark.parametrize(("count", "is_counted"), [(9, False), (10, True)])
def test_a_numerator_of_few_people_is_not_counted_out(count: int, is_counted: bool):
    learners = seats((count, 4))
    group = Group("a", 160, 4 * count)
    cell = programmes(publish_groups([group], K, learners=learners))["a"]
    assert (cell["numerator"] is not None) == is_counted
    assert abs(cell["value"] - count / 40) <= 0.0051


def test_a_person_with_seats_on_both_sides_is_on_both():
    """All missed some seats and were in others: three of four, so 75 of 100."""
    learners = seats((40, 3))
    cell = programmes(publish_groups([Group("a", 160, 120)], K, learners=learners))["a"]
    assert (cell["state"], cell["numerator"], cell["value"]) == ("shown", 120, 0.75)


HOURS = ["programme_id", "quarter", "learner_key", "numerator", "denominator"]


def hours(parts: list[float]) -> pl.DataFrame:
    """Return the hours of the people of programme `a`, one enrolment each."""
    rows = [("a", LAST_QUARTER, f"l{n}", part, 1.0) for n, part in enumerate(parts)]
    return pl.DataFrame(rows, schema=HOURS, orient="row")


@pytest.mark.parametrize(
    ("largest", "is_hidden"), [(99.0, False), (100.0, False), (101.0, True)]
)
def test_an_amount_is_hidden_where_one_person_has_almost_all_of_it(
    largest: float, is_hidden: bool
):
    """What is left after the two largest parts must be a tenth of the largest."""
    learners = hours([largest, 20.0, *[1.0] * 10])
    group = Group("a", 12, int(learners["numerator"].sum()))
    found = publish_groups([group], K, learners=learners, is_share=False)
    assert (programmes(found)["a"]["state"] == "hidden") == is_hidden


@pytest.mark.parametrize(
    ("sizes", "also"),
    [((4, 5), {"c"}), ((5, 5), set()), ((5, 6), set()), ((9,), {"c"}), ((10,), set())],
)
def test_small_groups_hidden_together_are_k_people_at_least(
    sizes: tuple[int, ...], also: set[str]
):
    """The interval of each is as wide as the sum: a sum below k needs another cell."""
    small = [Group(f"small{n}", people, people // 2) for n, people in enumerate(sizes)]
    groups = [*small, Group("c", 30, 15), LARGE]
    names = {group.programme_id for group in small if group.people < K}
    assert hidden(publish_groups(groups, K, is_share=False)) == names | also


@pytest.mark.parametrize(
    ("people", "published"),
    [(10, 20), (29, 20), (30, 40), (31, 40), (50, 40), (51, 60)],
)
def test_people_of_a_single_quarter_are_published_to_the_nearest_2k(
    people: int, published: int
):
    quarters = [Group("a", people, people // 2, LAST_QUARTER - n) for n in range(4)]
    found = publish_groups(quarters, K, cubes=WINDOWS)
    cells = found.cells.filter(
        (pl.col("cube") == "programme") & (pl.col("trailing_quarters") == 1)
    )
    assert cells["learner_count"].to_list() == [published] * 4
    assert cells["state"].unique().to_list() == ["shown"]
    assert cells["denominator"].null_count() == 4


@pytest.mark.parametrize(("most", "oldest"), [(2, -1), (3, -2), (4, -2)])
def test_only_the_newest_quarters_are_published(most: int, oldest: int):
    quarters = [Group("a", 30, 15, LAST_QUARTER - n) for n in range(3)]
    found = publish_groups(quarters, K, cubes=WINDOWS, most=most)
    calendar_oldest = found.cells["window_quarter"].min() - LAST_QUARTER
    assert calendar_oldest == oldest
    assert found.cells["window_quarter"].max() == LAST_QUARTER


def test_the_calendar_ends_in_the_quarter_up_to_which_everything_is_known():
    base_cells = pl.DataFrame({"quarter": [LAST_QUARTER - 5]})
    calendar = Calendar.of(base_cells, AS_OF, 4, 24)
    assert (calendar.span.oldest, calendar.span.newest) == (
        LAST_QUARTER - 5,
        LAST_QUARTER,
    )
    assert calendar.oldest == LAST_QUARTER - 5
