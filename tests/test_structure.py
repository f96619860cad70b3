"""No module is longer than a reader can follow."""

from tandem.core.files import project_root

PACKAGES = (
    "bench",
    "comparison",
    "dashboards",
    "expectations",
    "ingest",
    "publishing",
    "samples",
    "tandem",
)
MOST_LINES = 300


def test_no_module_is_longer_than_300_lines():
    lengths = {
        path.relative_to(project_root()).as_posix(): len(
            path.read_text(encoding="utf-8").splitlines()
        )
        for package in PACKAGES
        for path in (project_root() / package).rglob("*.py")
    }
    assert len(lengths) > 200
    assert {n: count for n, count in lengths.items() if count > MOST_LINES} == {}
