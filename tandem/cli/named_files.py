"""Who may have a file that names people, and where it may be written."""

from pathlib import Path

from tandem.core.errors import WrongUse
from tandem.core.files import Home
from tandem.core.roles import DATA_PROTECTION_OFFICER, OPERATOR
from tandem.core.settings import Settings

MAY_SEE_NAMES = (OPERATOR, DATA_PROTECTION_OFFICER)
ALLOWED_UNDER_AGREEMENT = "review_under_agreement"


def check_names(settings: Settings, role: str) -> None:
    """Refuse names to another role, or where an agreement does not allow them.

    Raises:
        WrongUse: so it is.
    """
    if role not in MAY_SEE_NAMES:
        raise WrongUse(
            "names are for those who run Tandem or protect its data",
            "--role",
            f"give --role {' or '.join(MAY_SEE_NAMES)} if that is you",
        )
    is_allowed = settings.section("identity").get(ALLOWED_UNDER_AGREEMENT)
    if settings.has_works_council and not is_allowed:
        raise WrongUse(
            "an agreement with a works council is in force",
            str(settings.home.settings),
            f"if it allows the review, set {ALLOWED_UNDER_AGREEMENT} = true under "
            "[identity]",
        )


def check_place(home: Home, path: Path) -> None:
    """Refuse a place that others read.

    Raises:
        WrongUse: it is inside the published folder.
    """
    if path.resolve().is_relative_to(home.published.resolve()):
        raise WrongUse(
            "others read the published folder, and this file names people",
            str(path),
            "write it somewhere else",
        )
