"""The verbs and activity types of the seeds, by their names."""

from functools import lru_cache

from tandem.core.seeds import seed_rows


@lru_cache(maxsize=1)
def verbs() -> dict[str, str]:
    """Return the IRI of each verb in seeds/verbs.csv, by name."""
    return _known("verbs", "verb_iri", "verb")


@lru_cache(maxsize=1)
def activity_types() -> dict[str, str]:
    """Return the IRI of each kind in seeds/activity_types.csv, by name."""
    return _known("activity_types", "activity_type_iri", "activity_kind")


def _known(seed: str, iri: str, name: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in seed_rows(seed):
        is_adl = row[iri].startswith("http://adlnet.gov/")
        if row[name] not in found or (
            is_adl and not found[row[name]].startswith("http://adlnet.gov/")
        ):
            found[row[name]] = row[iri]
    return found
