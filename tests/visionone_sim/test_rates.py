from datetime import UTC, datetime, timedelta

import httpx
import pytest

from visionone_sim.errors import TooManyRequestsError
from visionone_sim.rates import RateMeter
from visionone_sim.settings import Settings
from visionone_sim.testing import start_twin

NOW = datetime(2031, 2, 3, tzinfo=UTC)
TWO = Settings(rate_limit=2)


def test_a_key_that_asks_too_often_learns_how_long_to_wait() -> None:
    meter = RateMeter()
    for _ in range(2):
        assert meter.count("a", TWO, NOW) == {}
    with pytest.raises(TooManyRequestsError) as caught:
        meter.count("a", TWO, NOW + timedelta(seconds=20))
    assert caught.value.headers == {
        "RateLimit-Limit": "2",
        "RateLimit-Window": "60",
        "RateLimit-Remaining": "0",
        "RateLimit-Reset": "40",
    }
    assert meter.count("b", TWO, NOW) == {}
    assert meter.count("a", TWO, NOW + timedelta(seconds=60)) == {}


def test_headers_that_nobody_has_seen_are_settings() -> None:
    meter = RateMeter()
    kind = Settings(rate_limit=1, rate_headers_always=True, retry_after=True)
    assert meter.count("a", kind, NOW)["RateLimit-Remaining"] == "0"
    with pytest.raises(TooManyRequestsError) as caught:
        meter.count("a", kind, NOW)
    assert caught.value.headers["Retry-After"] == "60"


def test_without_a_limit_nothing_is_counted() -> None:
    meter = RateMeter()
    assert [meter.count("a", Settings(), NOW) for _ in range(100)] == [{}] * 100


def test_the_limit_holds_over_http() -> None:
    with start_twin("empty", settings=Settings(rate_limit=2, rate_headers_always=True)) as twin:
        headers = {"Authorization": f"Bearer {twin.api_key}"}
        answers = [httpx.get(f"{twin.url}/v3.0/response/tasks", headers=headers, timeout=60) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
        assert answers[2].json()["error"]["code"] == "TooManyRequests"
        twin.clock.advance(60)
        assert httpx.get(f"{twin.url}/v3.0/response/tasks", headers=headers, timeout=60).status_code == 200
