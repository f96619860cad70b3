"""Pages of the dashboard as tests open them: the app, its page, a reader's choices."""

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from dashboards.pages import PAGES
from tandem.core.files import project_root

APP = str(project_root() / "dashboards" / "app.py")
FIRST = PAGES[0].name
Open = Callable[..., AppTest]


def opened(
    page: str = FIRST,
    *,
    user: dict[str, object] | None = None,
    locale: str = "",
    **chosen: str,
) -> AppTest:
    """Return a page of what is published.

    Args:
        page: of dashboards.pages.
        user: claims of a reader who has signed in.
        locale: of the browser.
        **chosen: query parameters of the URL.
    """
    test = AppTest.from_file(APP, default_timeout=30)
    if user is not None:
        test.user = user
    if locale:
        test.context = {"locale": locale}
    for name, value in chosen.items():
        test.query_params[name] = value
    test.run()
    return test if page == FIRST else test.switch_page(f"app_pages/{page}.py").run()


def html_on(test: AppTest) -> str:
    """Return the HTML that a page draws."""
    return " ".join(element.proto.body for element in test.get("html"))
