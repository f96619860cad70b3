import pytest

from ingest.xapi import formats


@pytest.mark.parametrize(
    "text",
    [
        "http://adlnet.gov/expapi/verbs/voided",
        "course-v1:MOOC+00002+session01",
        "urn:uuid:0f3b1d2c-89ab-4cde-8f01-23456789abcd",
        "tag:lms.example,2026:x",
        "a.b+c-1:x",
        "https://lms.example/ü/日本",
        "https://lms.example/?ids[]=1&x=50%",
        "mailto:ada@lms.example",
        "http://xapi&46;jisc&46;ac&46;uk/version",
    ],
)
def test_an_iri_has_a_scheme_of_rfc_3986(text):
    assert formats.is_iri(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "word",
        "/a/b",
        "//lms.example/a",
        "www.lms.example",
        "1a:b",
        "ab=c://lms.example",
        "http://lms.example/a b",
        'http://lms.example/"a"',
        "http://lms.example/<a>",
        "http://lms.example/{a}",
        "http://lms.example/a|b",
        "C:\\courses",
        "http://lms.example/\n",
        "http://lms.example/\x7f",
        " http://lms.example/",
        ":x",
        "é:x",
    ],
)
def test_what_has_no_scheme_or_has_spaces_and_quotes_is_no_iri(text):
    assert not formats.is_iri(text)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("12345678-1234-5678-1234-567812345678", True),
        ("0F3B1D2C-89AB-4CDE-8F01-23456789ABCD", True),
        ("{0f3b1d2c-89ab-4cde-8f01-23456789abcd}", False),
        ("urn:uuid:0f3b1d2c-89ab-4cde-8f01-23456789abcd", False),
        ("0f3b1d2c89ab4cde8f0123456789abcd", False),
        ("0f3b1d2c-89ab-4cde-8f01-23456789abcd0", False),
        ("0f3b1d2c-89ab-4cde-8f01-23456789abcg", False),
        ("0f3b1d2c-89ab-4cde-8f01-23456789abcd\n", False),
        ("", False),
    ],
)
def test_a_uuid_is_its_standard_form_of_any_variant(text, is_one):
    assert formats.is_uuid(text) is is_one


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("mailto:ada@lms.example", True),
        ("mailto:Ada.O'Hara+x/y@LMS.example", True),
        ("mailto:ada@localhost", True),
        ("mailto:ada@[192.0.2.1]", True),
        ("ada@lms.example", False),
        ("mailto:", False),
        ("mailto:ada", False),
        ("mailto:@lms.example", False),
        ("mailto:ada@", False),
        ("mailto:ada@x@lms.example", False),
        ("mailto:ada@lms.example,bob@lms.example", False),
        ("mailto:ada@lms.example?subject=x", False),
        ("mailto:ada lovelace@lms.example", False),
        ("http:ada@lms.example", False),
    ],
)
def test_an_mbox_is_mailto_and_one_address(text, is_one):
    assert formats.is_mailto(text) is is_one


def test_a_sha1_is_forty_hexadecimal_digits():
    assert formats.is_sha1("0123456789abcdefABCD" * 2)
    assert not formats.is_sha1("0" * 39)
    assert not formats.is_sha1("0" * 41)
    assert not formats.is_sha1("g" * 40)


@pytest.mark.parametrize("length", [64, 96, 128])
def test_a_sha2_is_as_long_as_its_function_says(length):
    assert formats.is_sha2("aF" * (length // 2))
    assert not formats.is_sha2("a" * (length - 1))


@pytest.mark.parametrize(
    "text",
    [
        "en",
        "EN-gb",
        "cmn-Hans-CN",
        "zh-cmn-Hans-CN",
        "es-419",
        "sl-rozaj-biske",
        "de-1996",
        "en-US-u-islamcal",
        "en-a-bbb-x-a-ccc",
        "x-whatever",
        "und",
        "i-enochian",
        "en-GB-oed",
        "sgn-BE-FR",
        "abcd",
        "abcdefgh",
    ],
)
def test_a_language_tag_has_the_token_lengths_of_rfc_5646(text):
    assert formats.is_language_tag(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "e",
        "a12345",
        "abcdefghi",
        "en_US",
        "en-",
        "-en",
        "en--US",
        "en-abcdefghi",
        "en-x",
        "en-a",
        "12",
        "i-unknown-language-x",
        "\u212aa",
        "en ",
    ],
)
def test_other_words_are_no_language_tag(text):
    assert not formats.is_language_tag(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT0S", 0.0),
        ("PT1H30M5.25S", 5405.25),
        ("PT1,5S", 1.5),
        ("PT16559.14S", 16559.14),
        ("P1DT1S", 86_401.0),
        ("P2W", 1_209_600.0),
        ("P1Y", 31_556_952.0),
        ("P1M", 2_629_746.0),
        ("PT1M", 60.0),
        ("P0003Y", 94_670_856.0),
    ],
)
def test_a_duration_is_read_in_seconds(text, seconds):
    assert formats.is_duration(text)
    assert formats.parse_duration(text) == pytest.approx(seconds, abs=1e-9)


@pytest.mark.parametrize("digits", [12, 400, 5000])
@pytest.mark.parametrize("form", ["P{}Y", "P{}W", "PT{}H", "PT{}S"])
def test_a_duration_beyond_the_calendar_is_valid_and_measures_nothing(form, digits):
    text = form.format("9" * digits)

    assert formats.is_duration(text)
    assert formats.parse_duration(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P1DT",
        "P4W1D",
        "P0003-06-04T12:30:05",
        "PT1.5H",
        "P1.5D",
        "PT1.S",
        "PT.5S",
        "PT1H1H",
        "PT1S1M",
        "1H",
        "-PT1H",
        "pt1h",
        "PT1H ",
        "P1S",
        "PT1D",
        "PT٣S",
        "12345",
    ],
)
def test_other_words_are_no_duration(text):
    assert not formats.is_duration(text)
    with pytest.raises(ValueError, match="no ISO 8601 duration"):
        formats.parse_duration(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01T10:00:00Z", "2026-03-01T10:00:00"),
        ("2026-03-01T10:00:00.1234567Z", "2026-03-01T10:00:00.123456"),
        ("2026-03-01T10:00:00+00:00", "2026-03-01T10:00:00"),
        ("2026-03-01T10:00:00+05:30", "2026-03-01T04:30:00"),
        ("2026-03-01T23:00:00-0230", "2026-03-02T01:30:00"),
        ("2026-03-01T10:00:00+01", "2026-03-01T09:00:00"),
        ("2026-03-01 10:00:00z", "2026-03-01T10:00:00"),
        ("2026-03-01t10:00:00,5Z", "2026-03-01T10:00:00.500000"),
        ("2026-03-01T10:00Z", "2026-03-01T10:00:00"),
        ("2026-03-01T10:00:00", "2026-03-01T10:00:00"),
        ("2026-03-01T10:00:00-20:00", "2026-03-02T06:00:00"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999999"),
        ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00"),
        ("20260301T100000Z", "2026-03-01T10:00:00"),
        ("20260301t1000z", "2026-03-01T10:00:00"),
        ("20260301T100000.1234567+0530", "2026-03-01T04:30:00.123456"),
        ("20260301T230000,5-02:30", "2026-03-02T01:30:00.500000"),
        ("20260301T100000+01", "2026-03-01T09:00:00"),
        ("20260301T100000", "2026-03-01T10:00:00"),
        ("20161231T235960Z", "2016-12-31T23:59:59.999999"),
    ],
)
def test_a_timestamp_is_read_as_utc(text, moment):
    assert formats.is_timestamp(text)
    assert formats.parse_timestamp(text).isoformat() == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-03-01",
        "01/011/2015",
        "20260301",
        "20260301T10:00:00Z",
        "2026-03-01T100000Z",
        "20260301 100000Z",
        "2026030T100000Z",
        "20261301T100000Z",
        "20260229T100000Z",
        "20260301T250000Z",
        "20260301T100000-0000",
        "2026-W10-1T10:00:00Z",
        "2026-3-1T10:00:00Z",
        "2026-03-01T10:00:00-00",
        "2026-03-01T10:00:00-0000",
        "2026-03-01T10:00:00-00:00",
        "2021-02-29T10:00:00Z",
        "2021-09-31T10:00:00Z",
        "2021-13-01T10:00:00Z",
        "2021-00-01T10:00:00Z",
        "0000-01-01T10:00:00Z",
        "2026-03-01T24:00:00Z",
        "2026-03-01T10:60:00Z",
        "2026-03-01T10:00:61Z",
        "2026-03-01T10:00:00+24:00",
        "2026-03-01T10:00:00+01:60",
        "2026-03-01T10:00:00 Z",
        "0001-01-01T00:00:00+01:00",
        "２０26-03-01T10:00:00Z",
        "2026-03-01T10:00:00Z\n",
    ],
)
def test_a_day_that_no_calendar_has_is_no_timestamp(text):
    assert not formats.is_timestamp(text)


@pytest.mark.parametrize(
    ("text", "has_zone"),
    [
        ("2026-03-01T10:00:00Z", True),
        ("2026-03-01T10:00:00-05:00", True),
        ("2026-03-01T10:00:00+01", True),
        ("2026-03-01T10:00:00", False),
        ("20260301T100000Z", True),
        ("20260301T100000-0500", True),
        ("20260301T1000+01", True),
        ("20260301T100000", False),
    ],
)
def test_a_timestamp_may_leave_its_zone_open(text, has_zone):
    assert formats.has_zone(text) is has_zone


@pytest.mark.parametrize(
    ("text", "in_1", "in_2"),
    [
        ("1.0", True, True),
        ("1.0.0", True, True),
        ("1.0.9", True, True),
        ("1.0.3-beta.1", True, True),
        ("1.0.3+build.7", True, True),
        ("1.0.3-beta+exp.sha.5114f85", True, True),
        ("1.0.x", True, True),
        ("1.0.", True, True),
        ("1.0-beta", False, False),
        ("1.0+build", False, False),
        ("1.00", False, False),
        ("v1.0.3", False, False),
        ("2.0.0+build", False, True),
        ("2.0", False, True),
        ("2.0.0", False, True),
        ("0.9.9", False, False),
        ("1.1.0", False, False),
        ("2.1.0", False, False),
        ("1", False, False),
        ("10.0", False, False),
        ("", False, False),
    ],
)
def test_a_receiver_of_2_takes_statements_of_1_0_too(text, in_1, in_2):
    assert formats.is_version(text, is_2=False) is in_1
    assert formats.is_version(text, is_2=True) is in_2


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("text/plain", True),
        ("application/vnd.api+json", True),
        ("text/plain; charset=utf-8", True),
        ('text/plain;charset="utf-8";x=y', True),
        ("text", False),
        ("text/", False),
        ("/plain", False),
        ("text/plain;", False),
        ("text plain/x", False),
        ("", False),
    ],
)
def test_a_media_type_has_two_tokens(text, is_one):
    assert formats.is_media_type(text) is is_one
