import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest

from tests.packs.base.demisto_object import Demisto


@pytest.mark.parametrize(
    ("function", "given", "expected"),
    [
        ("pascalToSpace", "ThreatScore", "Threat Score"),
        ("pascalToSpace", "thisIsIPAddressName", "This Is IP Address Name"),
        ("pascalToSpace", 5, 5),
        ("string_to_table_header", "one_two", "One Two"),
        ("string_to_context_key", "one_two", "OneTwo"),
        ("camelize_string", "hello_world", "HelloWorld"),
        ("underscoreToCamelCase", "dns_name", "DnsName"),
        ("camel_case_to_underscore", "riskScoreIP", "risk_score_ip"),
        ("camelize", [{"one two": {"a b": 1}}], [{"OneTwo": {"AB": 1}}]),
        ("snakify", {"oneTwo": [{"aB": 1}]}, {"one_two": [{"a_b": 1}]}),
        ("replace_in_keys", {"a.b": {"c.d": 1}}, {"a_b": {"c_d": 1}}),
        ("b64_encode", "a", "YQ=="),
        ("b64_encode", "", ""),
        ("stringEscape", "a\n\tb", "a\\n\\tb"),
        ("stringUnEscape", "a\\nb", "a\nb"),
        ("add_http_prefix_if_missing", "proxy:3128", "http://proxy:3128"),
        ("add_http_prefix_if_missing", "https://proxy", "https://proxy"),
        ("NormalizeRegistryPath", "HKLM\\Software", "HKEY_LOCAL_MACHINE\\Software"),
        ("response_to_context", {"risk_score": [{"host_name": 1}]}, {"RiskScore": [{"HostName": 1}]}),
    ],
)
def test_words_change_their_form(csp: ModuleType, function: str, given: Any, expected: Any) -> None:
    assert getattr(csp, function)(given) == expected


@pytest.mark.parametrize("function", ["string_to_table_header", "string_to_context_key"])
def test_a_header_that_is_no_text_is_refused(csp: ModuleType, function: str) -> None:
    with pytest.raises(TypeError, match="is text; 3 is not"):
        getattr(csp, function)(3)


@pytest.mark.parametrize(("base", "suffix"), [("https://a/b", "c"), ("https://a/b/", "/c"), ("https://a/b", "/c")])
def test_urls_join_with_one_slash(csp: ModuleType, base: str, suffix: str) -> None:
    assert csp.urljoin(base, suffix) == "https://a/b/c"


def test_a_long_text_keeps_its_ends(csp: ModuleType) -> None:
    assert csp.shorten_string_for_printing("abcdefghij", 7) == "ab...ij"
    assert csp.shorten_string_for_printing("abc", 7) == "abc"


def test_a_range_of_time_ends_now(csp: ModuleType) -> None:
    start, end = csp.parse_date_range("2 hours")
    assert end - start == timedelta(hours=2)
    assert abs(datetime.now(tz=UTC).replace(tzinfo=None) - end) < timedelta(minutes=1)
    formatted = csp.parse_date_range("1 day", "%Y")
    assert [len(text) for text in formatted] == [4, 4]
    first, last = csp.parse_date_range("1 minute", to_timestamp=True)
    assert last - first in (59_000, 60_000, 61_000)


def test_a_range_that_cannot_be_read_ends_with_an_error(csp: ModuleType, demisto: Demisto) -> None:
    with pytest.raises(SystemExit):
        csp.parse_date_range("yesterday")
    assert "'yesterday' is not a range of time" in demisto.returned[0]["Contents"]


def test_timestamps_and_dates_change_into_each_other(csp: ModuleType) -> None:
    assert csp.timestamp_to_datestring(1714564800000, is_utc=True) == "2024-05-01T12:00:00.000Z"
    assert csp.epochToTimestamp(1714564800000) == "2024-05-01 12:00:00"
    moment = datetime(2024, 5, 1, 12)  # noqa: DTZ001  # local time, as XSOAR's function takes it
    assert csp.date_to_timestamp(moment) == csp.date_to_timestamp("2024-05-01T12:00:00")
    assert csp.timestamp_to_datestring(csp.date_to_timestamp(moment), "%H:%M") == "12:00"


@pytest.mark.parametrize(
    "text", ["2024-05-01T12:00:00", "2024-05-01T12:00:00Z", "2024-05-01T12:00:00.000+0200", "2024-05-01T12:00:00.0Z"]
)
def test_a_date_may_have_a_fraction_and_a_zone_that_its_format_leaves_out(csp: ModuleType, text: str) -> None:
    assert csp.parse_date_string(text) == datetime(2024, 5, 1, 12)  # noqa: DTZ001  # content works without zones


@pytest.mark.parametrize(
    ("text", "date_format", "microsecond"),
    [
        ("2019-09-17T06:16:39Z", "%Y-%m-%dT%H:%M:%S", 0),
        ("2019-09-17T06:16:39.22Z", "%Y-%m-%dT%H:%M:%S", 220_000),
        ("2019-09-17T06:16:39Z", "%Y-%m-%dT%H:%M:%S.%f", 0),
        ("2019-09-17T06:16:39Z", "%Y-%m-%dT%H:%M:%S+05:00", 0),
        ("2019-09-17T06:16:39+05:00", "%Y-%m-%dT%H:%M:%SZ", 0),
        ("2019-09-17T06:16:39.4040+05:00", "%Y-%m-%dT%H:%M:%S+02:00", 404_000),
        ("2019-09-17T06:16:39.4040-0500", "%Y-%m-%dT%H:%M:%S.%fZ", 404_000),
        ("2019-09-17T06:16:39.123456789Z", "%Y-%m-%dT%H:%M:%SZ", 123_456),
        ("2019-09-17T06:16:39.000Z", "%Y-%m-%dT%H:%M:%S.000Z", 0),
        ("2019-09-17T06:16:39.5", "%Y-%m-%dT%H:%M:%S.%f%z", 500_000),
        ("2019-09-17 06:16:39.5Z", "%Y-%m-%d %H:%M:%S", 500_000),
    ],
)
def test_the_examples_of_the_public_documentation_and_their_kin(
    csp: ModuleType, text: str, date_format: str, microsecond: int
) -> None:
    assert csp.parse_date_string(text, date_format) == datetime(2019, 9, 17, 6, 16, 39, microsecond)  # noqa: DTZ001


@pytest.mark.parametrize("text", ["", "yesterday", "2019-09-17", "2019-13-17T06:16:39Z", "Z"])
def test_what_is_no_date_in_that_form_is_refused(csp: ModuleType, text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        csp.parse_date_string(text)


@pytest.fixture
def in_utc() -> Iterator[None]:
    """Be in UTC, as XSOAR's images and our workers are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("in_utc")
def test_dates_and_milliseconds_are_those_of_the_public_documentation(csp: ModuleType) -> None:
    assert csp.date_to_timestamp("2018-11-06T08:56:41") == 1_541_494_601_000
    assert csp.date_to_timestamp("2018-11-06T08:56:41Z", "%Y-%m-%dT%H:%M:%SZ") == 1_541_494_601_000
    assert csp.date_to_timestamp("2018-11-06T08:56:41.25", "%Y-%m-%dT%H:%M:%S.%f") == 1_541_494_601_000
    for stamp in (1_541_494_601_000, "1541494601000"):
        assert csp.timestamp_to_datestring(stamp) == "2018-11-06T08:56:41.000Z"
        assert csp.timestamp_to_datestring(stamp, "%Y-%m-%dT%H:%M:%S", is_utc=True) == "2018-11-06T08:56:41"


@pytest.mark.parametrize("words", ["2 hours", "4 minutes", "6 month", "1 day", "3 weeks", "2 years"])
def test_the_ranges_of_the_public_documentation_are_read(csp: ModuleType, words: str) -> None:
    start, end = csp.parse_date_range(words)
    assert start < end
    texts = csp.parse_date_range(words, date_format="%Y-%m-%dT%H:%M:%SZ")
    assert [csp.parse_date_string(text) for text in texts]
    stamps = csp.parse_date_range(words, to_timestamp=True)
    assert stamps[1] - stamps[0] == pytest.approx((end - start).total_seconds() * 1000, abs=2000)


@pytest.mark.parametrize(
    ("arg", "number"),
    [("5", 5), (5, 5), ("-5", -5), (" 7 ", 7), ("2.9", 2), (2.9, 2), ("1e3", 1000), ("", None), (None, None)],
)
def test_numbers_are_read(csp: ModuleType, arg: object, number: int | None) -> None:
    assert csp.arg_to_number(arg) == number


@pytest.mark.parametrize("arg", ["five", "NaN", "inf", [1], {}])
def test_what_is_no_number_is_refused_by_name(csp: ModuleType, arg: object) -> None:
    with pytest.raises(ValueError, match="limit"):
        csp.arg_to_number(arg, "limit")


@pytest.mark.parametrize(
    ("arg", "moment"),
    [
        ("2019-09-17T06:16:39Z", "2019-09-17T06:16:39+00:00"),
        ("2019-09-17T06:16:39+05:00", "2019-09-17T01:16:39+00:00"),
        ("2019-09-17T06:16:39.22", "2019-09-17T06:16:39.220000"),
        ("1568700999", "2019-09-17T06:16:39+00:00"),
        (1568700999, "2019-09-17T06:16:39+00:00"),
        (1568700999000, "2019-09-17T06:16:39+00:00"),
    ],
)
def test_moments_are_read(csp: ModuleType, arg: object, moment: str) -> None:
    assert csp.arg_to_datetime(arg).isoformat() == moment


def test_a_threshold_of_time_passes(csp: ModuleType) -> None:
    assert csp.has_passed_time_threshold("2024-05-01T12:00:00Z", 60)
    assert not csp.has_passed_time_threshold(datetime.now(tz=UTC).isoformat(), 60)


def test_windows_ticks_and_compact_stamps_are_made_readable(csp: ModuleType) -> None:
    assert csp.FormatADTimestamp(116444736000000000) == "Thu Jan  1 00:00:00 1970"
    assert csp.PrettifyCompactedTimestamp("20240501120000") == "2024-05-01T12:00:00"
