"""Words on screen: keys and parameters in, a sentence out (seeds/wording.csv)."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from string import Formatter
from typing import Any

from babel import Locale

from tandem.core.seeds import seed_rows

ENGLISH = "en"  # the language that words are written in, and fall back to
LEAST_COVERED = 0.8  # of the keys, before a language is offered

# Words of the data that English has from the registry and other lists, not from here.
OF_DATA = ("kpi.", "category.", "evidence.")


@lru_cache(maxsize=1)
def _catalogue() -> dict[tuple[str, str], str]:
    return {
        (row["wording_key"], row["language"]): row["template"]
        for row in seed_rows("wording")
    }


def _english() -> str:
    return ENGLISH


_language_source: Callable[[], str] = _english
_chosen: ContextVar[str | None] = ContextVar("language", default=None)


def set_language_source(source: Callable[[], str]) -> None:
    """Set where `render` finds the language of the reader that it writes for.

    Args:
        source: returns the language of the current reader; called at every sentence,
            so that the readers of one process do not share a language.
    """
    global _language_source
    _language_source = source


def current_language() -> str:
    """Return the language of the current reader; English where nothing was set."""
    return _chosen.get() or _language_source()


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Render in a language, whatever the current reader's: for a file for others."""
    token = _chosen.set(language)
    try:
        yield
    finally:
        _chosen.reset(token)


@dataclass(frozen=True)
class Words:
    """Words that are not rendered yet: a key and its parameters.

    A parameter may itself be `Words`, or several of them that follow each other. So a
    sentence can be kept in a table and be rendered later, in the language of whoever
    reads it.

    Attributes:
        key: in seeds/wording.csv.
        parameters: what the words name; text, numbers or `Words`.
        otherwise: English words of the data (OF_DATA), where no language has the key.
    """

    key: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    otherwise: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the words as an object that JSON can hold."""
        parameters = {name: _as_json(part) for name, part in self.parameters.items()}
        content = {"key": self.key, "parameters": parameters}
        return content | ({"otherwise": self.otherwise} if self.otherwise else {})

    @classmethod
    def of_json(cls, content: Mapping[str, Any]) -> "Words":
        """Return the words of an object that `as_json` made."""
        parameters = {name: _of_json(p) for name, p in content["parameters"].items()}
        return cls(content["key"], parameters, content.get("otherwise", ""))


def _as_json(part: object) -> object:
    if isinstance(part, tuple):
        return [_as_json(single) for single in part]
    return part.as_json() if isinstance(part, Words) else part


def _of_json(part: object) -> object:
    if isinstance(part, list):
        return tuple(_of_json(single) for single in part)
    return Words.of_json(part) if isinstance(part, Mapping) else part


def render(key: str, language: str | None = None, **parameters: object) -> str:
    """Return the sentence of a key, English where the language has none.

    A template names parameters in braces; `{count:programme|programmes}` stands for the
    first word where the parameter is one of its kind, by the language's rule.

    Args:
        key: in seeds/wording.csv.
        language: None for that of the current reader, as `set_language_source` says;
            English where nothing was set.
        **parameters: what the sentence names; `Words` are rendered first.

    Raises:
        KeyError: the key exists in no language, or a parameter is missing.
    """
    chosen = language or current_language()
    template = translation(key, chosen)
    if template is None:
        template = _catalogue()[key, ENGLISH]
    rendered = {name: _rendered(part, chosen) for name, part in parameters.items()}
    if "|" not in template:  # the same, many times faster
        return template.format(**rendered)
    return _Sentence(chosen).format(template, **rendered)


class _Sentence(Formatter):
    """Fills in templates, where `{count:programme|programmes}` is the fitting word."""

    def __init__(self, language: str) -> None:
        self.language = language

    def format_field(self, value: object, format_spec: str) -> str:
        """Return the word before the bar for one thing, and that behind it for more."""
        if "|" not in format_spec:
            return super().format_field(value, format_spec)
        one, other = format_spec.split("|")
        return one if _is_one(value, self.language) else other


def _is_one(number: object, language: str) -> bool:
    """Return whether a number, or a text that shows one, takes the singular."""
    try:
        value = Decimal(str(number))
    except InvalidOperation:  # in words, or with separators: "about 20", "1,200"
        return False
    return _plural_rule(language)(abs(value)) == "one"


def _rendered(part: object, language: str) -> object:
    if isinstance(part, tuple):
        return " ".join(str(_rendered(single, language)) for single in part)
    return render_words(part, language) if isinstance(part, Words) else part


def render_words(words: Words, language: str | None = None) -> str:
    """Return `Words` as text, as `render` does.

    Raises:
        KeyError: as `render`, where there is nothing to say otherwise.
    """
    if words.otherwise:
        chosen = language or current_language()
        return translation(words.key, chosen) or words.otherwise
    return render(words.key, language, **words.parameters)


def translation(key: str, language: str | None = None) -> str | None:
    """Return the template of a key in a language itself; None where it has none.

    Args:
        key: of seeds/wording.csv.
        language: None for that of the current reader.
    """
    return _catalogue().get((key, language or current_language()))


def parameters_of(key: str) -> frozenset[str]:
    """Return the names of the parameters that the English sentence of a key names.

    Raises:
        KeyError: English has no such key.
    """
    parts = Formatter().parse(_catalogue()[key, ENGLISH])
    return frozenset(name for _, name, _, _ in parts if name is not None)


def plural_key(key: str, number: float | Decimal, language: str | None = None) -> str:
    """Return the key for a number of things: `<key>.one` or `<key>.other`.

    Args:
        key: without the ending.
        number: as it is shown, rounded; a decimal keeps the zeros that are shown.
        language: None for that of the current reader; its rule is that of the Unicode
            CLDR, by Babel.
    """
    chosen = language or current_language()
    form = _plural_rule(chosen)(abs(number))
    has_form = (f"{key}.{form}", ENGLISH) in _catalogue()
    return f"{key}.{form if has_form else 'other'}"


@lru_cache(maxsize=16)
def _plural_rule(language: str) -> Callable[[float | Decimal], str]:
    return Locale.parse(language).plural_form


@lru_cache(maxsize=1)
def coverage() -> dict[str, tuple[int, int]]:
    """Return language -> how many keys it has words for, and how many there are."""
    catalogue = _catalogue()
    keys = [key for key, language in catalogue if language == ENGLISH]
    return {
        row["language"]: (
            sum((key, row["language"]) in catalogue for key in keys),
            len(keys),
        )
        for row in seed_rows("languages")
    }


@lru_cache(maxsize=1)
def offered_languages() -> dict[str, str]:
    """Return code -> own name of the languages that are complete enough to offer."""
    known = coverage()
    return {
        row["language"]: row["own_name"]
        for row in seed_rows("languages")
        if known[row["language"]][0] >= LEAST_COVERED * known[row["language"]][1]
    }


def is_reviewed(language: str) -> bool:
    """Return whether a native speaker has reviewed a language's catalogue."""
    return any(
        row["language"] == language and row["is_reviewed"] == "true"
        for row in seed_rows("languages")
    )
