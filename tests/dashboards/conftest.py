"""Shared by the tests of pages."""

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboards import reader, sign_in
from tandem.core.files import Home
from tandem.core.readers import Reader
from tests.dashboards.opened import FIRST, Open, opened
from tests.dashboards.published import SITUATIONS, make_published


@pytest.fixture
def open_page(
    home: Home, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Open:
    """A function that publishes a situation and opens a page on it.

    The page is PAGE of the test's module where none is given. `situation` None leaves
    what is published; `change` is SQL on the published file; `roles` are those of a
    reader who has signed in; all else are query parameters of the URL.
    """
    own = getattr(request.module, "PAGE", FIRST)

    def published(
        situation: str | None = "three_modes",
        page: str = own,
        *,
        change: str = "",
        roles: tuple[str, ...] = (),
        **chosen: str,
    ) -> AppTest:
        if situation is not None:
            path = make_published(home, SITUATIONS[situation])
            if change:
                with duckdb.connect(str(path)) as connection:
                    connection.execute(change)
        if roles:
            signed_in = Reader(roles)
            monkeypatch.setattr(sign_in, "admit", lambda _: reader.keep(signed_in))
        test = opened(page, **chosen)
        assert list(test.exception) == []
        return test

    return published
