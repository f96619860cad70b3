"""BigBlueButton's cameras: what lands of them, and only where it is allowed."""

from pathlib import Path

import duckdb

from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from tandem.core.files import Home
from tandem.core.settings import Settings

FIXTURES = Path(__file__).parents[1] / "fixtures" / "bigbluebutton"
LEFT_ON = FIXTURES / "dashboard_24_one_span_a_user_and_a_camera_left_on" / "given"


def shown(home: Home) -> list[tuple[float]]:
    """Land a dashboard and return the seconds on camera that it says."""
    ingest([LEFT_ON], home, Settings.load(home), ReadOptions())
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        return warehouse.sql(
            "select value from raw.session_claims where claim = 'camera_seconds'"
        ).fetchall()


def test_a_camera_shows_nobody_who_has_left(home: Home):
    home.root.mkdir(parents=True, exist_ok=True)
    home.settings.write_text('[collection]\nallow = ["attendance", "camera"]\n')
    assert shown(home) == [(3595.0,)]  # there for that long, on camera for 9999


def test_cameras_are_withheld_otherwise(home: Home):
    assert shown(home) == []
