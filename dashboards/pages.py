"""The pages in the order of the menu: a page is a file in app_pages and a line here."""

from dataclasses import dataclass

from tandem.core.roles import ANALYST, DATA_PROTECTION_OFFICER, ROLES


@dataclass(frozen=True)
class PageEntry:
    """One page.

    Attributes:
        name: the file in app_pages without its ending; words are `page.<name>.title`
            and `page.<name>.help`.
        icon: a Material symbol, bundled with Streamlit.
        roles: who may open it.
        is_in_menu: whether the menu lists it; others are reached by links.
        has_filters: whether a filter of the sidebar changes what the page shows, or the
            page says that it does not; else the filters are not drawn.
        shows: wording key of what it is about whatever the filters choose; else it is
            about their choices.
    """

    name: str
    icon: str
    roles: tuple[str, ...] = ROLES
    is_in_menu: bool = True
    has_filters: bool = True
    shows: str = ""

    @property
    def path(self) -> str:
        """The file, as Streamlit's links name it."""
        return f"app_pages/{self.name}.py"

    @property
    def url_path(self) -> str:
        """The path of its URL."""
        return self.name.replace("_", "-")


PAGES = (
    PageEntry("at_a_glance", ":material/dashboard:"),
    PageEntry("compare_modes", ":material/balance:"),
    PageEntry("right_mode", ":material/rule:"),
    PageEntry("programmes", ":material/school:"),
    PageEntry(
        "programme",
        ":material/co_present:",
        is_in_menu=False,
        shows="page.showing.one_programme",
    ),
    PageEntry("blended_patterns", ":material/account_tree:"),
    PageEntry("scorecard", ":material/fact_check:"),
    PageEntry("review_pack", ":material/slideshow:", has_filters=False),
    PageEntry("data_and_definitions", ":material/menu_book:", has_filters=False),
    PageEntry(
        "oversight",
        ":material/shield_person:",
        (DATA_PROTECTION_OFFICER,),
        has_filters=False,
    ),
    PageEntry("sql", ":material/terminal:", (ANALYST,), has_filters=False),
)
