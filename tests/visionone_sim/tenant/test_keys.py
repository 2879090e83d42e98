from datetime import UTC, datetime, timedelta

import pytest

from visionone_sim.errors import AccessDeniedError, InvalidCredentialsError
from visionone_sim.tenant.keys import ApiKey, find_key

NOW = datetime(2031, 2, 3, tzinfo=UTC)
FULL = ApiKey(token="a")
READER = ApiKey(token="b", name="reader", role="read-only")


def test_each_key_is_found_by_its_token() -> None:
    assert find_key((FULL, READER), "Bearer b") is READER
    assert find_key((FULL, READER), "bearer a") is FULL


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer c", "Basic a", "a", "Bearer é"])
def test_anything_else_is_refused(header: str | None) -> None:
    assert find_key((FULL, READER), header) is None


def test_a_reader_reads() -> None:
    READER.require("GET", "/response/tasks")
    FULL.require("PATCH", "/workbench/alerts/1")
    for method, path in (("POST", "/response/endpoints/isolate"), ("PATCH", "/workbench/alerts/1")):
        with pytest.raises(AccessDeniedError):
            READER.require(method, path)


def test_a_role_that_nobody_knows_allows_nothing_but_the_connectivity_check() -> None:
    stranger = ApiKey(token="c", role="stranger")
    stranger.require("GET", "/healthcheck/connectivity")
    with pytest.raises(AccessDeniedError, match="Workbench: View"):
        stranger.require("GET", "/workbench/alerts")


def test_a_tenant_may_have_roles_of_its_own() -> None:
    roles = {"clerk": frozenset({"Workbench: View"})}
    clerk = ApiKey(token="c", role="clerk")
    clerk.require("GET", "/workbench/alerts", roles)
    with pytest.raises(AccessDeniedError):
        clerk.require("POST", "/workbench/alerts/1/notes", roles)


@pytest.mark.parametrize(
    ("key", "reason"),
    [(ApiKey(token="a", enabled=False), "disabled"), (ApiKey(token="a", expires=NOW), "expired")],
)
def test_a_key_that_is_off_or_too_old_is_refused(key: ApiKey, reason: str) -> None:
    with pytest.raises(InvalidCredentialsError, match=reason):
        key.require_valid(NOW)


def test_a_key_works_until_the_moment_that_it_expires() -> None:
    ApiKey(token="a", expires=NOW).require_valid(NOW - timedelta(seconds=1))
