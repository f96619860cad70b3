"""The files have the vendors' formats: encodings, headers, names, times."""

import csv
import gzip
import json
import tomllib

from tests.samples import recount
from tests.samples.conftest import Sample


def test_zoom_reports_are_utf8_with_bom_crlf_and_both_layouts(sample: Sample):
    files = sorted((sample.folder / "zoom").glob("participants_*.csv"))
    contents = [path.read_bytes() for path in files]
    assert all(content.startswith(b"\xef\xbb\xbf") for content in contents)
    assert all(b"\r\n" in content for content in contents)
    first = {content[3:13] for content in contents}
    assert first == {b"Name (Orig", b"Meeting ID"}
    assert any("(1)" in path.name for path in files)


def test_minutes_of_zoom_reports_are_rounded_up(sample: Sample):
    path = sorted((sample.folder / "zoom").glob("participants_*.csv"))[0]
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    at = next(n for n, row in enumerate(rows) if "Join Time" in row)
    for _name, _email, begin, end, minutes, *_rest in rows[at + 1 :]:
        seconds = recount.zoom_time(end) - recount.zoom_time(begin)
        assert int(minutes) == -(-seconds.total_seconds() // 60)


def test_teams_reports_are_utf16_tabs_in_three_languages(sample: Sample):
    files = sorted((sample.folder / "teams").glob("*.csv"))
    assert all(path.read_bytes().startswith(b"\xff\xfe") for path in files)
    titles = {path.read_text("utf-16").splitlines()[0] for path in files}
    assert titles == {"1. Summary", "1. Podsumowanie", "1. Zusammenfassung"}
    assert any("#EXT#" in path.read_text("utf-16") for path in files)


def test_the_roster_is_a_oneroster_folder_in_bulk(sample: Sample):
    folder = sample.folder / "roster"
    manifest = {
        row["propertyName"]: row["value"] for row in recount.table(folder, "manifest")
    }
    assert manifest["oneroster.version"] == "1.1"
    bulk = {n[5:] for n, value in manifest.items() if value == "bulk"}
    assert {f"{name}.csv" for name in bulk} | {"manifest.csv"} == {
        path.name for path in folder.iterdir()
    }
    assert not any(user["password"] for user in recount.table(folder, "users"))
    assert len({user["email"] for user in recount.table(folder, "users")}) == len(
        recount.table(folder, "users")
    )


def test_addresses_are_in_reserved_domains(sample: Sample):
    users = recount.table(sample.folder / "roster", "users")
    domains = {user["email"].split("@")[1] for user in users}
    assert domains == {"example.org", "partner.example.net"}


def test_the_languages_of_the_brief_are_present(sample: Sample):
    people = recount.table(sample.folder / "organisation", "people")
    languages = {person["language"] for person in people}
    assert {"en", "hi", "ta", "te", "kn", "mr", "bn", "gu", "pl", "de", ""} <= languages
    assert len({person["region"] for person in people}) >= 5
    assert len({person["time_zone"] for person in people}) >= 6


def test_visits_are_cmi5_and_videos_follow_the_video_profile(sample: Sample):
    path = sorted((sample.folder / "lms").glob("*.gz"))[5]
    statements = [
        json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()
    ]
    contexts = [each.get("context", {}) for each in statements]
    categories = {
        category["id"]
        for context in contexts
        for category in context.get("contextActivities", {}).get("category", [])
    }
    assert categories == {
        "https://w3id.org/xapi/cmi5/context/categories/cmi5",
        "https://w3id.org/xapi/cmi5/context/categories/moveon",
        "https://w3id.org/xapi/video",
    }
    results = [each["result"] for each in statements if "result" in each]
    segments = "https://w3id.org/xapi/video/extensions/played-segments"
    assert any(segments in result.get("extensions", {}) for result in results)
    passed = [r for r in results if r.get("success") and "scaled" in r.get("score", {})]
    assert passed
    assert all(result["score"]["scaled"] >= 0.8 for result in passed)


def test_the_settings_name_the_zones_and_the_fiscal_year(sample: Sample):
    settings = tomllib.loads((sample.folder / "tandem.toml").read_text("utf-8"))
    assert settings["vars"]["fiscal_year_start_month"] == 4
    assert settings["sources"]["zoom"]["tz"] == "Asia/Kolkata"
