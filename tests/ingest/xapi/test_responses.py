import pytest

from ingest.xapi.responses import Response, parse_interaction_response


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("true-false", "true", Response(("true",), is_true=True)),
        ("true-false", "false", Response(("false",), is_true=False)),
        ("true-false", "True", Response(("True",))),
        ("choice", "a", Response(("a",))),
        ("choice", "a[,]b", Response(("a", "b"))),
        ("choice", "", Response()),
        ("sequencing", "c[,]a[,]b", Response(("c", "a", "b"))),
        ("likert", "agree[,]", Response(("agree[,]",))),
        ("other", "(35.9,48.5)", Response(("(35.9,48.5)",))),
        ("numeric", "4", Response(("4",), low=4.0, high=4.0)),
        ("numeric", "4[:]5.5", Response(("4[:]5.5",), low=4.0, high=5.5)),
        ("numeric", "[:]5", Response(("[:]5",), high=5.0)),
        ("numeric", "4[:]", Response(("4[:]",), low=4.0)),
        ("numeric", "four", Response(("four",))),
        ("numeric", "1_000", Response(("1_000",))),
        ("numeric", "inf", Response(("inf",))),
        (
            "matching",
            "ben[.]3[,]chris[.]2",
            Response(("ben[.]3", "chris[.]2"), (("ben", "3"), ("chris", "2"))),
        ),
        ("matching", "ben", Response(("ben",))),
        (
            "performance",
            "pong[.]1:15[,]dg[.]10[:]12",
            Response(
                ("pong[.]1:15", "dg[.]10[:]12"), (("pong", "1:15"), ("dg", "10[:]12"))
            ),
        ),
        (
            "fill-in",
            "{case_matters=true}{order_matters=false}{lang=en}Bob's your uncle",
            Response(
                ("Bob's your uncle",),
                language="en",
                case_matters=True,
                order_matters=False,
            ),
        ),
        (
            "fill-in",
            "{lang=en}one[,]{lang=fr}deux",
            Response(("one", "deux"), language="en"),
        ),
        ("long-fill-in", "{case_matters=maybe}x", Response(("{case_matters=maybe}x",))),
    ],
)
def test_a_response_is_read_by_its_interaction(kind, text, expected):
    assert parse_interaction_response(kind, text) == expected
