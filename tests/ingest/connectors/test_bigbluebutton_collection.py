"""BigBlueButton camera time: counted while connected, and only if allowed."""

from pathlib import Path

import duckdb

from ingest.landing.delivery import ReadOptions
from ingest.run import ingest
from tandem.core.files import Home
from tandem.core.settings import Settings

FIXTURES = Path(__file__).parents[1] / "fixtures" / "bigbluebutton"
LEFT_ON = FIXTURES / "dashboard_24_one_span_a_user_and_a_camera_left_on" / "given"


def camera_seconds(home: Home) -> list[tuple[float]]:
    """Land a dashboard and return the camera seconds that land."""
    ingest([LEFT_ON], home, Settings.load(home), ReadOptions())
    with duckdb.connect(str(home.warehouse), read_only=True) as warehouse:
        return warehouse.sql(
            "select value from raw.session_claims where claim = 'camera_seconds'"
        ).fetchall()


def test_camera_time_ends_when_the_user_leaves(home: Home):
    home.root.mkdir(parents=True, exist_ok=True)
    home.settings.write_text('[collection]\nallow = ["attendance", "camera"]\n')
    assert camera_seconds(home) == [
        (3595.0,)
    ]  # connected for 3595 s, camera on for 9999 s


def test_camera_time_is_not_landed_by_default(home: Home):
    assert camera_seconds(home) == []
