"""Every word on a page comes from seeds/wording.csv, and every key there is used."""

import ast
import csv
import re
from collections import Counter

import pytest

from tandem.core.files import project_root

PREFIXES = ("page.", "tile.", "state.")


def listed() -> list[tuple[str, str]]:
    path = project_root() / "seeds" / "wording.csv"
    with path.open(encoding="utf-8") as file:
        return [(row["wording_key"], row["language"]) for row in csv.DictReader(file)]


def templates() -> dict[str, str]:
    """Return wording key -> English template."""
    path = project_root() / "seeds" / "wording.csv"
    with path.open(encoding="utf-8") as file:
        return {
            row["wording_key"]: row["template"]
            for row in csv.DictReader(file)
            if row["language"] == "en"
        }


def named() -> set[str]:
    """Keys in the code; `*` is a part that is filled in at run time."""
    return {
        key
        for path in (project_root() / "dashboards").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (key := _text(node)).startswith(PREFIXES)
        if not key.endswith((".", "_"))  # the constant beginning of one with a *
    }


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) or "*" for part in node.values)
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return node.value if is_text else ""


def pattern(key: str) -> re.Pattern[str]:
    return re.compile(re.escape(key).replace(r"\*", r"[\w.]+"))


def test_no_key_is_listed_twice_in_a_language():
    assert [key for key, count in Counter(listed()).items() if count > 1] == []


@pytest.mark.parametrize("key", sorted(named()))
def test_every_key_in_the_code_has_words(key: str):
    keys = [known for known, language in listed() if language == "en"]
    assert any(pattern(key).fullmatch(known) for known in keys)


SENTENCES = re.compile(
    r"(verdict|method|decision|care|meaning)\..+|state\.\w+\.(means|next)"
    r"|page\.(why|next)\..+|tile\.\w+\.(not_measured|hidden)"
)


@pytest.mark.parametrize(
    "key", sorted(key for key in templates() if SENTENCES.fullmatch(key))
)
def test_what_leaders_read_as_a_sentence_is_a_complete_one(key: str):
    words = templates()[key]
    assert words[0].isupper() or words[0] == "{"
    assert words.endswith((".", "{care}", "{meaning}"))
    assert max(len(part.split()) for part in re.split(r"[.:;] ", words)) <= 45


def test_every_page_key_in_the_wording_is_used():
    patterns = [pattern(key) for key in named()]
    unused = [
        key
        for key, _ in listed()
        if key.startswith(PREFIXES) and not any(p.fullmatch(key) for p in patterns)
    ]
    assert unused == []
