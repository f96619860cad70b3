"""Whether names may be shown: role, agreement and policy, with a refusal for each."""

from tandem.core.errors import WrongUse
from tandem.core.readers import AccessPolicy
from tandem.core.roles import DATA_PROTECTION_OFFICER, PROGRAMME_OWNER
from tandem.core.settings import Settings

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
