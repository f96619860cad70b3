"""A change in any compiled source removes all that numba kept."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from ingest.landing.template_cache import assembly, compiled_files
from ingest.landing.template_cache.compiled_files import SOURCES, remove_outdated

HERE = Path(str(assembly.__file__)).parent


@pytest.fixture
def kept(tmp_path: Path) -> list[Path]:
    files = [tmp_path / name for name in ("walk.1.nbi", "walk.1.nbc", "walk.pyc")]
    for file in files:
        file.write_bytes(b"x")
    return files


def test_what_was_compiled_is_removed_once_a_source_changes(
    tmp_path: Path, kept: list[Path], monkeypatch: pytest.MonkeyPatch
):
    source = tmp_path / "hash.py"
    source.write_text("one")
    module = SimpleNamespace(__file__=str(source))
    monkeypatch.setattr(compiled_files, "SOURCES", (*SOURCES, module))
    assert remove_outdated(tmp_path)
    assert [file.exists() for file in kept] == [False, False, True]
    kept[0].write_bytes(b"x")
    assert not remove_outdated(tmp_path)
    assert kept[0].exists()
    source.write_text("two")
    assert remove_outdated(tmp_path)
    assert not kept[0].exists()


def test_all_compiled_sources_are_compared():
    compiled = {
        path.stem
        for path in HERE.glob("*.py")
        if "@njit" in (text := path.read_text()) or "@intrinsic" in text
    }
    assert compiled == {Path(str(module.__file__)).stem for module in SOURCES}
