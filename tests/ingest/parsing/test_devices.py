"""Kinds of devices from the texts by which browsers and apps name themselves."""

import pytest

from ingest.parsing.devices import device_kind_of, names_device, text_of_device

WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) {WEBKIT}", "phone"),
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/122 Mobile Safari", "phone"),
        ("Opera/9.80 (J2ME/MIDP; Opera Mini/9.80)", "phone"),
        ("Smartphone", "phone"),
        (f"Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) {WEBKIT} Mobile", "tablet"),
        ("Mozilla/5.0 (Linux; Android 13; SM-X200) Chrome/121 Safari", "tablet"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko Firefox/123.0", "desktop"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari", "desktop"),
        ("Mozilla/5.0 (X11; CrOS x86_64 15633.69.0) Chrome/119", "desktop"),
        ("laptop", "desktop"),
        ("ExampleLearn/3.1 (Android; offline player)", "app_offline"),
        ("curl/8.5.0", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_text_tells_the_kind_of_device(text: str, kind: str):
    assert device_kind_of(text) == kind


@pytest.mark.parametrize(
    ("iri", "is_device"),
    [
        ("https://lms.example/x/user-agent", True),
        ("https://lms.example/x#User_Agent", True),
        ("http://id.tincanapi.com/extension/browser-info", True),
        ("https://lms.example/x/device.type/", True),
        ("https://lms.example/device/name", False),
        ("https://lms.example/x/user-agent-2", False),
    ],
)
def test_extensions_of_devices_are_known_by_their_last_part(iri: str, is_device: bool):
    assert names_device(iri) == is_device


def test_all_texts_of_a_value_count_whatever_their_order():
    one = text_of_device({"os": ["Windows NT", 10], "app": {"name": "Edge"}})
    assert one == "Edge Windows NT "
    assert one == text_of_device({"app": {"name": "Edge"}, "os": ["Windows NT", 10]})
    assert text_of_device(7) == ""
