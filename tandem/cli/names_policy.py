"""Who may see names: role, agreement, policy and place, with a refusal for each."""

from pathlib import Path

from tandem.core.errors import WrongUse
from tandem.core.files import Home
from tandem.core.readers import AccessPolicy
from tandem.core.roles import DATA_PROTECTION_OFFICER, OPERATOR, PROGRAMME_OWNER
from tandem.core.settings import Settings

MAY_SEE_NAMES = (OPERATOR, DATA_PROTECTION_OFFICER)
ALLOWED_UNDER_AGREEMENT = "review_under_agreement"
WORDS = {
    PROGRAMME_OWNER: "owner of the programme",
    DATA_PROTECTION_OFFICER: "data protection officer",
}


def check_names_allowed(
    settings: Settings, role: str, allowed: str, setting: str, what: str
) -> None:
    """Refuse names that policy does not allow, or to another role.

    Args:
        settings: of the organisation.
        role: that is given on the command line.
        allowed: the only role that may see the names.
        setting: of [access] in tandem.toml that has to be true.
        what: the names are for, e.g. `lists of names`.

    Raises:
        WrongUse: so it is.
    """
    where = f"{settings.home.settings} [access]"
    if role != allowed:
        raise WrongUse(
            f"{what} are for the {WORDS[allowed]}",
            "--role",
            f"give --role {allowed} if that is you",
        )
    if settings.has_works_council:
        raise WrongUse(
            "an agreement with a works council is in force",
            str(settings.home.settings),
            "names are not listed under it",
        )
    policy = AccessPolicy.of(settings.section("access"), where)
    if not getattr(policy, setting):
        raise WrongUse(
            f"policy does not allow {what}",
            where,
            f"the data protection officer decides on {setting} = true",
        )


def check_review_allowed(settings: Settings, role: str) -> None:
    """Refuse the review of unmatched people to another role, or under an agreement.

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
