"""Words on screen: keys and parameters in, a sentence out (seeds/wording.csv)."""

import csv
from functools import lru_cache

from tandem.core.files import project_root


@lru_cache(maxsize=1)
def _catalogue() -> dict[tuple[str, str], str]:
    with (project_root() / "seeds" / "wording.csv").open(encoding="utf-8") as file:
        return {
            (row["wording_key"], row["language"]): row["template"]
            for row in csv.DictReader(file)
        }


def render(key: str, language: str = "en", **parameters: object) -> str:
    """Return the sentence of a key in a language, English where it has none.

    Raises:
        KeyError: the key exists in no language, or a parameter is missing.
    """
    catalogue = _catalogue()
    template = catalogue.get((key, language)) or catalogue[(key, "en")]
    return template.format(**parameters)
