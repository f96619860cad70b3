"""Words on screen: keys and parameters in, a sentence out (seeds/wording.csv)."""

import csv
from collections.abc import Callable
from functools import lru_cache

from tandem.core.files import project_root


@lru_cache(maxsize=1)
def _catalogue() -> dict[tuple[str, str], str]:
    with (project_root() / "seeds" / "wording.csv").open(encoding="utf-8") as file:
        return {
            (row["wording_key"], row["language"]): row["template"]
            for row in csv.DictReader(file)
        }


def _english() -> str:
    return "en"


_language_source: Callable[[], str] = _english


def set_language_source(source: Callable[[], str]) -> None:
    """Set where `render` finds the language of the reader that it writes for.

    Args:
        source: returns the language of the current reader; called at every sentence,
            so that the readers of one process do not share a language.
    """
    global _language_source
    _language_source = source


def render(key: str, language: str | None = None, **parameters: object) -> str:
    """Return the sentence of a key, English where the language has none.

    Args:
        key: in seeds/wording.csv.
        language: None for that of the current reader, as `set_language_source` says;
            English where nothing was set.
        **parameters: what the sentence names.

    Raises:
        KeyError: the key exists in no language, or a parameter is missing.
    """
    catalogue = _catalogue()
    chosen = language or _language_source()
    template = catalogue.get((key, chosen)) or catalogue[(key, "en")]
    return template.format(**parameters)
