"""Limits come from tandem.toml, and each of them is documented."""

import re
from dataclasses import fields

import pytest

from tandem.core.errors import WrongUse
from tandem.core.files import Home, project_root
from tandem.core.limits import Limits
from tandem.core.settings import Settings

NAMES = [field.name for field in fields(Limits)]


def test_every_limit_is_documented_with_its_usual_value():
    text = (project_root() / "docs" / "limits.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| ([\d,]+) \|", text, re.MULTILINE)
    usual = {name: f"{getattr(Limits(), name):,}" for name in NAMES}
    assert dict(rows) == usual


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[limits]\nlines_mb = 3", "no such limit: lines_mb"),
        ("[limits]\nline_mb = 0", "line_mb is not a number above 0"),
        ("[limits]\nline_mb = -1", "line_mb is not a number above 0"),
        ("[limits]\nline_mb = true", "line_mb is not a number above 0"),
        ('[limits]\nline_mb = "3"', "line_mb is not a number above 0"),
        ("[limits]\nline_mb = nan", "line_mb is not a number above 0"),
        ("limits = 3", "limits is no table"),
    ],
)
def test_a_wrong_limit_is_named_before_anything_is_read(home: Home, text, words):
    home.root.mkdir(parents=True)
    home.settings.write_text(text)
    with pytest.raises(WrongUse, match=words):
        Settings.load(home)


def test_a_limit_of_the_organisation_replaces_the_usual_one(home: Home):
    home.root.mkdir(parents=True)
    home.settings.write_text("[limits]\nline_mb = 0.5\n")
    limits = Settings.load(home).limits
    assert (limits.size("line_mb"), limits.depth) == (500_000, Limits().depth)
