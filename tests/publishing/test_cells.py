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
    two_alike = [Group("a", people, people // 2), Group("b", people, people // 2)]
    published = publish_groups([*two_alike, LARGE], k, is_share=False)
    assert hidden(published) == ({"a", "b"} if offset < 0 else set())
    shown = programmes(published)["a"]["learner_count"]
    assert shown == (None if offset < 0 else people)


@pytest.mark.parametrize(("people", "is_hidden"), [(9, True), (10, False), (11, False)])
def test_k_counts_distinct_people_and_not_rows(people: int, is_hidden: bool):
    sizes = {"a": (40, people), "b": (40, people), "large": (300, 300)}
    learners = pl.DataFrame(
        [
            (programme, LAST_QUARTER, f"{programme}-{row % distinct}")
            for programme, (rows, distinct) in sizes.items()
            for row in range(rows)
        ],
        schema=["programme_id", "quarter", "learner_key"],
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


@pytest.mark.parametrize("finished", [0, 1, 2, 58, 60])
def test_a_ratio_that_is_no_share_has_no_band(finished: int):
    groups = [Group("a", 60, finished), LARGE]
    cell = programmes(publish_groups(groups, K, is_share=False))["a"]
    assert (cell["state"], cell["numerator"]) == ("shown", finished)
    assert (cell["ci_low"], cell["ci_high"]) == (None, None)


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
    ("people", "finished", "percent"),
    [
        (20, 0, 5),
        (19, 0, 10),
        (40, 1, 5),
        (39, 1, 10),
        (20, 1, 10),
        (19, 1, 25),
        (12, 2, 25),
        (11, 2, None),
    ],
)
def test_a_band_is_the_narrowest_that_holds_one_more_person(
    people: int, finished: int, percent: int | None
):
    """The band of a small side holds one person more, so that it is never exact."""
    low, high = Group("a", people, finished), Group("a", people, people - finished)
    for group, bound in ((low, percent), (high, percent and 100 - percent)):
        groups = [group, Group("b", people, people // 2), LARGE]
        detail = programmes(publish_groups(groups, K))["a"]["state_detail"]
        limit = "At most" if group is low else "At least"
        expected = "Hidden" if bound is None else f"{limit} {bound} of 100;"
        assert detail.startswith(expected), detail


@pytest.mark.parametrize(
    ("people", "is_hidden"), [(19, True), (20, False), (21, False)]
)
@pytest.mark.parametrize("exceptions", [1, 2])
def test_one_or_two_exceptions_are_protected_in_groups_below_20(
    people: int, is_hidden: bool, exceptions: int
):
    """Subtracting `b` from `all` would give the exceptions of `a`."""
    for finished in (exceptions, people - exceptions):
        groups = [Group("a", people, finished), Group("b", 300, 150)]
        assert hidden(publish_groups(groups, K)) == ({"a", "b"} if is_hidden else {"a"})


@pytest.mark.parametrize("finished", [0, 400])
def test_none_and_all_are_protected_in_groups_of_any_size(finished: int):
    groups = [Group("a", 400, finished), Group("b", 450, 200)]
    assert hidden(publish_groups(groups, K)) == {"a", "b"}


@pytest.mark.parametrize("exceptions", [1, 2])
def test_exceptions_of_a_large_group_need_the_band_alone(exceptions: int):
    groups = [Group("a", 400, 400 - exceptions), Group("b", 450, 200)]
    assert hidden(publish_groups(groups, K)) == {"a"}


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
