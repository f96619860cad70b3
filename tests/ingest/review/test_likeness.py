"""Names that are the same in another script, order or length, and others."""

import pytest

from ingest.review.likeness import Names, kind_of_equality, words_in


@pytest.mark.parametrize(
    ("name", "other", "kind"),
    [
        ("Ana Sousa", "  ANA  sousa", "same"),
        ("Sousa, Ana", "Ana Sousa", "same"),
        ("Sousa Ana", "Ana Sousa", "folded"),
        ("Łukasz Żak", "Lukasz Zak", "folded"),
        ("Ben Müller", "Ben Mueller", "folded"),
        ("Jürgen Groß", "Juergen Gross", "folded"),
        ("Анна Иванова", "Anna Ivanova", "folded"),
        ("Ana Sousa (Guest)", "Ana Sousa", "folded"),
        ("Ana Sousa | Finance", "Ana Sousa", "folded"),
        ("A. Sousa", "Ana Sousa", "shortened"),
        ("Ana S", "Ana Sousa", "shortened"),
        ("Ana Sousa", "Ana Maria Sousa", "part"),
        ("Ana", "Ana Sousa", None),
        ("A. S.", "Ana Sousa", None),
        ("Bo Sousa", "Ana Sousa", None),
        ("B. Sousa", "Ana Sousa", None),
        ("", "Ana Sousa", None),
        ("💻", "📱", None),
    ],
)
def test_how_two_names_are_the_same(name: str, other: str, kind: str | None):
    assert kind_of_equality(name, other) == kind
    if kind != "same":
        assert kind_of_equality(other, name) == kind


def test_a_name_in_brackets_alone_is_a_name():
    assert words_in("(Ana)") == ("ana",)


def test_a_likeness_at_the_limit_is_found_and_one_below_it_is_not():
    names = Names([("p", "Ana Sousa")])

    def alike(limit: int) -> list[tuple[str, str, int]]:
        return next(names.spelt_alike(["Ana So"], limit))

    assert alike(79) == alike(80) == [("p", "Ana Sousa", 80)]
    assert alike(81) == []


def test_nobody_is_like_an_empty_name_or_in_an_empty_list():
    assert list(Names([("p", "Ana Sousa")]).spelt_alike([""], 80)) == [[]]
    assert list(Names([]).spelt_alike(["Ana Sousa"], 80)) == [[]]
