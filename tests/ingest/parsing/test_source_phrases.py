"""Vendors' phrases are data: each is well described and used, in any spelling."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from ingest.parsing.source_phrases import (
    Phrase,
    SourcePhrases,
    all_phrases,
    plain,
    source_phrases,
    spelled,
)
from ingest.xapi.terms import activity_types
from tandem.core.files import project_root

INGEST = project_root() / "ingest"
CONNECTORS = INGEST / "connectors"
VENDORS = {path.parent.name for path in CONNECTORS.glob("*/__init__.py")} | {
    "any",
    "hr",
}
KINDS = sorted({(phrase.vendor, phrase.kind) for phrase in all_phrases()})
WHOLE = [p for p in all_phrases() if "*" not in p.text and re.search(r"\w", p.text)]


@cache
def trees(folder: Path) -> dict[str, ast.AST]:
    return {
        path.relative_to(INGEST).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*.py"))
    }


def strings_in(tree: ast.AST) -> set[str]:
    """Return the string constants of a module that are no docstrings."""
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docs
    }


def kinds_read(tree: ast.AST) -> set[tuple[str, str]]:
    """Return the vendors and kinds in the calls of source_phrases."""
    calls = [
        [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "source_phrases"
    ]
    return {(vendor, kind) for vendor, *kinds in filter(None, calls) for kind in kinds}


def test_every_row_is_well_described():
    for phrase in all_phrases():
        assert phrase.vendor in VENDORS, phrase
        assert re.fullmatch("[a-z][a-z_]*", phrase.kind), phrase
        assert re.fullmatch("[a-z][A-Za-z_]*", phrase.field), phrase
        assert Locale.parse(phrase.language, sep="-"), phrase
        assert phrase.text == phrase.text.strip(), phrase
        assert phrase.text.strip("*"), phrase


def test_the_evidence_of_every_row_is_seen_or_assumed():
    text = (project_root() / "seeds" / "source_phrases.csv").read_text(encoding="utf-8")
    head, *rows = text.splitlines()
    assert head == "vendor,kind,field,language,phrase,evidence"
    assert {row.rpartition(",")[2] for row in rows} == {"seen", "assumed"}


def test_no_row_is_there_twice():
    counts = Counter(
        (p.vendor, p.kind, p.field, p.language, plain(p.text), "*" in p.text)
        for p in all_phrases()
    )
    assert [key for key, count in counts.items() if count > 1] == []


def test_phrases_with_a_star_are_in_the_form_in_which_they_are_compared():
    for phrase in all_phrases():
        if "*" in phrase.text:
            assert spelled(phrase.text) == phrase.text, phrase


def test_every_kind_of_report_is_read_by_a_module():
    read = {kind for tree in trees(INGEST).values() for kind in kinds_read(tree)}
    assert read == set(KINDS)


def test_every_field_is_used_by_a_module():
    strings = set.union(*(strings_in(tree) for tree in trees(INGEST).values()))
    used = {name for string in strings for name in string.split()}
    used |= set(activity_types())
    unused = {p.field for p in all_phrases() if p.field not in used}
    assert unused == set()


@given(st.sampled_from(WHOLE), st.sampled_from(["_", " - ", "  ", "."]))
def test_a_phrase_is_found_whatever_its_case_and_punctuation(
    phrase: Phrase, separator: str
):
    phrases = source_phrases(phrase.vendor, phrase.kind)
    printed = separator.join(phrase.text.split(" "))
    assert phrases.matches(printed, phrase.field)
    assert phrases.matches(f" {printed}: ", phrase.field)
    if phrase.text.isascii():
        assert phrases.matches(printed.upper(), phrase.field)


@pytest.mark.parametrize(("vendor", "kind"), KINDS)
def test_a_header_in_one_language_has_that_language(vendor: str, kind: str):
    """Headings that several languages share never outweigh those of one language."""
    phrases = source_phrases(vendor, kind)
    for language in phrases.languages:
        own = [p for p in phrases.phrases if p.language == language]
        header = [p.text.strip("*") for p in {p.field: p for p in own}.values()]
        only_here = [
            text
            for text in header
            if not any(
                plain(text) == plain(p.text.strip("*")) and p.language != language
                for p in phrases.phrases
            )
        ]
        if len(only_here) >= 2:
            assert phrases.language_of(header) == language, header


def test_of_two_phrases_of_a_field_the_earlier_row_takes_precedence():
    rows = [("host email", "en"), ("email", "en"), ("host", "en")]
    phrases = SourcePhrases(
        tuple(Phrase("x", "y", "host", language, text, True) for text, language in rows)
    )
    assert phrases.column_of(["Email", "Topic", "Host Email"], "host") == 2
    assert phrases.column_of(["Topic", "Host"], "host") == 1
    assert phrases.column_of(["Host", "Topic"], "host", start=1) == -1


def test_a_star_stands_for_further_text():
    rows = ["*warte*", "pend*", "*time"]
    phrases = SourcePhrases(
        tuple(Phrase("x", "y", text.strip("*"), "en", text, True) for text in rows)
    )
    assert phrases.matches("Im Warteraum", "warte")
    assert phrases.matches("Pending approval", "pend")
    assert not phrases.matches("Impending", "pend")
    assert phrases.matches("Join Time", "time")
    assert not phrases.matches("Timely", "time")


def test_the_fields_of_a_row_are_those_that_have_a_column():
    header = ["Name (Original Name)", "User Email", "Join Time", "In Waiting Room"]
    phrases = source_phrases("zoom", "participants")
    columns = phrases.columns_of(header)
    assert columns["waiting"] == 3
    assert phrases.fields_in(header) == {f for f, n in columns.items() if n >= 0}


def test_a_kind_without_phrases_is_an_error():
    with pytest.raises(LookupError, match="no phrases of meet weather"):
        source_phrases("meet", "attendance", "weather")


LETTERS_OF_OTHER_LANGUAGES = re.compile(r"[^\W\d_a-zA-Z]")
MANY = 3  # phrases of the data in one literal are a list of words


@pytest.mark.parametrize("path", sorted(trees(CONNECTORS)))
def test_no_connector_holds_a_list_of_words(path: str):
    module = trees(CONNECTORS)[path]
    phrases = {plain(p.text) for p in WHOLE if p.language != "en"}
    phrases -= {plain(phrase.field) for phrase in all_phrases()}
    for node in ast.walk(module):
        if isinstance(node, ast.Set | ast.Tuple | ast.List | ast.Dict):
            words = {word for word in strings_in(node) if plain(word) in phrases}
            assert len(words) < MANY, words
    texts = strings_in(module)
    assert [s for s in texts if LETTERS_OF_OTHER_LANGUAGES.search(s)] == []
