from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.model.errors import InvalidInputError, NotFoundError
from warroom.model.ids import IncidentId, InstanceId
from warroom.services.ports.fetches import LastRun
from warroom.store.body import (
    LIMIT,
    Body,
    encode,
    incident_number,
    micros,
    moment,
    pack,
    plain,
    read,
    text_of,
    unpack,
)
from warroom.store.kinds import LAST_RUN
from warroom.testing.blobs import MemoryBlobs

MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis adds the zone
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(MOMENTS)
def test_a_time_comes_back_to_the_microsecond(when: datetime) -> None:
    assert moment(micros(when)) == when


def test_a_time_of_another_zone_is_the_same_moment() -> None:
    tokyo = datetime(2026, 1, 5, 18, 0, tzinfo=timezone(timedelta(hours=9)))
    assert moment(micros(tokyo)) == tokyo


@given(JSON)
def test_any_json_comes_back(value: object) -> None:
    assert unpack(encode({"v": value}, "It"), None, MemoryBlobs()) == {"v": value}


@pytest.mark.parametrize("bad", [object(), {1, 2}, b"bytes", datetime(2026, 1, 1, tzinfo=UTC)])
def test_what_is_not_json_is_named(bad: object) -> None:
    with pytest.raises(InvalidInputError, match="Entry 4@17 holds a value that is not JSON"):
        encode({"v": bad}, "Entry 4@17")


def test_an_endless_value_is_refused() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(InvalidInputError, match="not JSON"):
        encode(endless, "It")


def _last_run(value: str) -> LastRun:
    return LastRun(instance=InstanceId("i1"), value={"v": value})


def test_a_body_is_its_version_and_what_is_no_column() -> None:
    text = text_of(LAST_RUN, _last_run("é"), "It")
    assert text == r'[1,{"value":{"v":"\u00e9"}}]'
    assert read(LAST_RUN, text, instance="i1") == _last_run("é")


AROUND = len(text_of(LAST_RUN, _last_run(""), "It"))


@pytest.mark.parametrize(("size", "in_row"), [(LIMIT - AROUND, True), (LIMIT - AROUND + 1, False)])
async def test_what_is_large_lies_in_the_blob_store(size: int, in_row: bool) -> None:
    blobs = MemoryBlobs()
    large: list[bytes] = []
    body = pack(LAST_RUN, _last_run("x" * size), "It", large)
    for data in large:
        await blobs.put(data, "body.json")
    assert (body.text is not None, body.blob is None, len(blobs)) == (in_row, in_row, 0 if in_row else 1)
    assert unpack(body.text, body.blob, blobs) == [1, {"value": {"v": "x" * size}}]


def test_a_lost_blob_is_named() -> None:
    with pytest.raises(NotFoundError, match="c0ffee"):
        unpack(*Body(None, "c0ffee"), MemoryBlobs())


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_plain_text_can_be_stored_anywhere(text: str) -> None:
    stored = plain(text)
    assert "\0" not in stored
    assert len(stored.encode("utf-8")) >= len(stored) >= len(text)
    if text.isprintable():
        assert stored == text


@pytest.mark.parametrize("wrong", ["", "x", "-1", "1.5", " 1", "²", "9" * 20])
def test_what_is_no_number_is_no_incident(wrong: str) -> None:
    with pytest.raises(NotFoundError, match="There is no incident"):
        incident_number(IncidentId(wrong))
