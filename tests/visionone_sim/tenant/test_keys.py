import pytest

from visionone_sim.errors import AccessDeniedError, InvalidCredentialsError
from visionone_sim.tenant.keys import ApiKey, find_key

FULL = ApiKey(token="a")
READER = ApiKey(token="b", name="reader", role="read-only")


def test_each_key_is_found_by_its_token() -> None:
    assert find_key((FULL, READER), "Bearer b") is READER
    assert find_key((FULL, READER), "bearer a") is FULL


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer c", "Basic a", "a", "Bearer é"])
def test_anything_else_is_refused(header: str | None) -> None:
    with pytest.raises(InvalidCredentialsError):
        find_key((FULL, READER), header)


def test_a_reader_reads() -> None:
    READER.require("GET")
    FULL.require("PATCH")
    for method in ("POST", "PATCH", "DELETE"):
        with pytest.raises(AccessDeniedError):
            READER.require(method)
