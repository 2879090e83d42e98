import pytest

from warroom.context.transformers import transform
from warroom.model.errors import InvalidInputError


def test_seconds_since_1970() -> None:
    assert transform("toUnix", "2026-08-22T14:03:00.9Z", {}) == 1787407380
    assert transform("toUnix", ["1970-01-01", "1970-01-02"], {}) == [0, 86400]


def test_a_date_is_written_by_its_layout() -> None:
    assert transform("toString", 1787407380, {"layout": "2006-01-02 15:04"}) == "2026-08-22 14:03"
    assert transform("toString", "2026-08-22T14:03:00+02:00", {"layout": ""}) == "22 Aug 26 14:03 UTC+02:00"


def test_what_is_no_date_is_refused() -> None:
    with pytest.raises(InvalidInputError, match='toUnix cannot change "soon"'):
        transform("toUnix", "soon", {})
