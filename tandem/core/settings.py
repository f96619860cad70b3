"""Settings: thresholds from dbt_project.yml, the organisation's from tandem.toml.

A threshold has one home, `vars` in dbt_project.yml, with its reason beside it.
tandem.toml in TANDEM_HOME overrides it under [vars]; nothing else reads either file.
"""

import tomllib
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import yaml

from tandem.core.errors import WrongUse
from tandem.core.files import Home, project_root
from tandem.core.limits import Limits
from tandem.core.vocabulary import own_terms

# The fewest people of a group that is shown, whatever an organisation sets: agencies
# show groups of 3 to 5 people (OECD glossary of statistical disclosure control).
FEWEST_PEOPLE = 5
FEWEST_PEOPLE_AGREED = 10  # where an agreement with a works council is in force


@dataclass(frozen=True)
class Settings:
    """Settings of one organisation, over the defaults of dbt_project.yml."""

    home: Home
    organisation: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, home: Home) -> "Settings":
        """Read tandem.toml, if there is one.

        Raises:
            WrongUse: the file cannot be read or is not TOML, or sets a variable or
                limit that does not exist.
        """
        try:
            content = tomllib.loads(home.settings.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls(home)
        except OSError as error:
            raise WrongUse(
                f"it cannot be read ({error.strerror})",
                str(home.settings),
                "allow reading it",
            ) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise WrongUse(
                f"this is not TOML ({error})", str(home.settings), "correct that line"
            ) from error
        settings = cls(home, content)
        _ = settings.limits  # a wrong one is reported at once
        unknown = set(content.get("vars", {})) - set(settings.defaults)
        if unknown:
            raise WrongUse(
                f"no such variable: {', '.join(sorted(unknown))}",
                f"{home.settings} [vars]",
                "the list is under vars in dbt_project.yml",
            )
        return settings

    @property
    def defaults(self) -> dict[str, Any]:
        """The vars of dbt_project.yml."""
        return _project_vars()

    @cached_property
    def vars(self) -> dict[str, Any]:
        """All current thresholds and own vocabulary, passed to dbt.

        Raises:
            WrongUse: a file of own words cannot be understood, or the switch of an
                agreement with a works council is neither true nor false.
        """
        own = own_terms(self.home)
        merged = self.defaults | self.organisation.get("vars", {}) | own
        if not isinstance(merged["works_council"], bool):
            raise WrongUse(
                f"works_council is {merged['works_council']!r}",
                f"{self.home.settings} [vars]",
                "write true or false, without quotes",
            )
        least = FEWEST_PEOPLE_AGREED if merged["works_council"] else FEWEST_PEOPLE
        people = merged["minimum_people"]
        if not isinstance(people, int) or isinstance(people, bool):
            raise WrongUse(
                f"minimum_people is {people!r}",
                f"{self.home.settings} [vars]",
                "write a whole number",
            )
        return merged | {"minimum_people": max(people, least)}

    @property
    def has_works_council(self) -> bool:
        """Whether an agreement with a works council is in force."""
        return self.vars["works_council"]

    @property
    def minimum_people(self) -> int:
        """The fewest people of a group that is shown; `vars` keeps it from less."""
        return self.vars["minimum_people"]

    @cached_property
    def limits(self) -> Limits:
        """What deliveries, answers and queries may take: [limits] of tandem.toml.

        Raises:
            WrongUse: there is no such limit, or a value is not a number above 0.
        """
        return Limits.of(self.section("limits"), f"{self.home.settings} [limits]")

    @property
    def locale(self) -> str:
        """How the organisation writes numbers, e.g. `en_IN`; empty where not set."""
        return self.section("organisation").get("locale", "")

    @property
    def contact(self) -> str:
        """Where readers ask for help: a function or address; empty where not set."""
        return str(self.section("organisation").get("contact", ""))

    @property
    def currency(self) -> str:
        """Code of the currency in which costs are read; empty where not set."""
        return self.vars["currency"]

    def section(self, name: str) -> dict[str, Any]:
        """Return one table of tandem.toml, {} where it is absent."""
        return self.organisation.get(name, {})


@lru_cache(maxsize=1)
def _project_vars() -> dict[str, Any]:
    """Return the vars of dbt_project.yml, read once: pages load settings often."""
    text = (project_root() / "dbt_project.yml").read_text(encoding="utf-8")
    return yaml.safe_load(text).get("vars", {})
