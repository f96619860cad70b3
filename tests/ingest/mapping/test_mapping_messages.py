"""A mapping that cannot be used is refused in one short line that says where."""

from pathlib import Path

import pytest

from ingest.mapping import mapping_file
from ingest.mapping.mapping_file import mapping_of
from tandem.core.errors import DamagedFile

LEVELS = ["a: &a [x, x, x, x, x, x, x, x, x]"] + [
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]"
    for before, name in zip("abcdefg", "bcdefgh", strict=True)
]
CASES = {
    "an alias bomb": ("\n".join(LEVELS), "its aliases (*name) unfold to more than"),
    "an alias of itself": ("a: &a [*a]", "its aliases (*name) unfold to more than"),
    "nested deeply": ("[" * 5_000, "nested too deeply"),
    "not YAML": ("source: x\na: b: c", "no YAML in line 2 (mapping values"),
    "a tag of Python": ("a: !!python/object:os.system x", "no YAML in line 1"),
    "many faults": ("\n".join(f"key{n}: 1" for n in range(50)), "and 47 more"),
    "a long value": (f"activity: 3\nverb: [1]\ntz: {'x' * 9_000}", "activity:"),
    "too large": (f"note: {'x' * 2_000_000}", "too large for a mapping"),
}


@pytest.mark.parametrize("case", CASES)
def test_the_message_is_short_and_says_what_is_wrong(case: str, tmp_path: Path):
    text, words = CASES[case]
    path = tmp_path / "mapping.yml"
    path.write_text(text)
    with pytest.raises(DamagedFile) as raised:
        mapping_of(path)
    message = raised.value.one_line()
    assert message.startswith("mapping.yml: ")
    assert words in message
    assert len(message) < 1_400


@pytest.mark.parametrize(("extra", "is_refused"), [(-1, 0), (0, 0), (1, 1)])
def test_a_mapping_holds_a_number_of_values(extra, is_refused, monkeypatch):
    monkeypatch.setattr(mapping_file, "MOST_VALUES", 10)
    # The list itself is a value.
    assert mapping_file._is_small(["x"] * (9 + extra)) != bool(is_refused)


def test_a_missing_mapping_is_named(tmp_path: Path):
    with pytest.raises(DamagedFile, match=r"gone\.yml: it cannot be read"):
        mapping_of(tmp_path / "gone.yml")
