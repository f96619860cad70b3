"""A difference is clear at the second look in a row that leaves 0 out."""

import pytest

from comparison.repeated_looks import clear_at

ABOVE, BELOW, ACROSS = (0.01, 0.2), (-0.2, -0.01), (-0.1, 0.1)


@pytest.mark.parametrize(
    ("looks", "state", "direction", "held"),
    [
        ([], "none", 0, 0),
        ([ACROSS], "none", 0, 1),
        ([ACROSS, ACROSS], "none", 0, 2),
        ([ABOVE], "emerging", 1, 1),
        ([BELOW], "emerging", -1, 1),
        ([ABOVE, ABOVE], "clear", 1, 1),
        ([BELOW, BELOW, BELOW], "clear", -1, 2),
        ([ABOVE, BELOW], "emerging", -1, 1),
        ([ABOVE, ACROSS], "none", 0, 1),
        ([ABOVE, ACROSS, ABOVE], "emerging", 1, 1),
        ([ABOVE, None, ABOVE], "emerging", 1, 1),
        ([ABOVE, ABOVE, ACROSS], "withdrawn", 1, 1),
        ([ABOVE, ABOVE, None], "withdrawn", 1, 1),
        ([ABOVE, ABOVE, ACROSS, ACROSS], "none", 0, 1),
        ([ABOVE, ABOVE, ACROSS, ABOVE], "emerging", 1, 1),
        ([ABOVE, ABOVE, BELOW], "withdrawn", 1, 1),
        ([ABOVE, ABOVE, BELOW, BELOW], "clear", -1, 1),
    ],
)
def test_the_standing_follows_from_the_looks_in_order(looks, state, direction, held):
    found = clear_at(looks)
    assert (found.state, found.direction, found.looks) == (state, direction, held)
    assert found.is_new == (held == 1)


@pytest.mark.parametrize(
    ("low", "state"), [(-1e-9, "none"), (0.0, "none"), (1e-9, "emerging")]
)
def test_an_interval_that_touches_0_includes_it(low, state):
    assert clear_at([(low, 0.2)]).state == state
    assert clear_at([(-0.2, -low)]).state == state
