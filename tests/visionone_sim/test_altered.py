import json
from urllib.parse import urlsplit

import httpx
import pytest

from visionone_sim.altered import altered_page
from visionone_sim.faults import Fault
from visionone_sim.testing import RunningTwin

LIST = "/workbench/alerts"
PATH = ".*/workbench/alerts"
URL = "http://twin.example/v3.0/workbench/alerts?a=b"


def test_a_page_can_lead_to_itself(twin: RunningTwin, client: httpx.Client) -> None:
    twin.fail(Fault(path=PATH, next_link="self", count=None))
    first = client.get(LIST, params={"orderBy": "createdDateTime asc"}).json()
    assert urlsplit(first["nextLink"]).query == "orderBy=createdDateTime+asc"
    assert client.get(first["nextLink"]).json() == first


def test_a_page_can_lead_to_itself_under_another_name_each_time(twin: RunningTwin, client: httpx.Client) -> None:
    twin.fail(Fault(path=PATH, next_link="fresh", count=None))
    first = client.get(LIST).json()
    second = client.get(first["nextLink"]).json()
    assert first["items"] == second["items"]
    assert second["nextLink"] not in {first["nextLink"], f"{twin.url}/v3.0{LIST}"}
    assert second["nextLink"].count("turn=") == 1


def test_a_page_can_lead_anywhere(twin: RunningTwin, client: httpx.Client) -> None:
    twin.fail(Fault(path=PATH, next_link="https://elsewhere.example/x"))
    assert client.get(LIST).json()["nextLink"] == "https://elsewhere.example/x"


def test_records_can_be_as_large_as_one_likes(twin: RunningTwin, client: httpx.Client) -> None:
    twin.fail(Fault(path=PATH, pad_bytes=100_000))
    answer = client.get(LIST)
    assert len(answer.content) > 100_000 * len(answer.json()["items"])
    assert int(answer.headers["Content-Length"]) == len(answer.content)


@pytest.mark.parametrize("text", ["null", '{"id": "WB-1"}', "9" * 5000, "[" * 50_000 + "]" * 50_000, "{no JSON"])
def test_a_page_holds_what_it_is_given_before_its_records(twin: RunningTwin, client: httpx.Client, text: str) -> None:
    twin.fail(Fault(path=PATH, raw_items=(text,)))
    told = client.get(LIST).text
    assert told.partition('"items": [')[2].startswith(f"{text},")


def test_half_of_a_pair_is_sent_as_bytes_that_are_no_text() -> None:
    told = altered_page(b'{"items":[]}', Fault(raw_items=('"\ud800"',)), URL)
    with pytest.raises(UnicodeDecodeError):
        told.decode()


@pytest.mark.parametrize("body", [b"", b"[]", b'{"items": 7}', b"\xff", b'{"error": {}}'])
def test_what_is_no_page_stays_as_it_is(body: bytes) -> None:
    assert altered_page(body, Fault(next_link="self"), URL) == body


def test_what_a_page_says_besides_its_records_stays() -> None:
    told = json.loads(altered_page(b'{"totalCount":1,"items":[{"id":1},7]}', Fault(pad_bytes=2), URL))
    assert told == {"totalCount": 1, "items": [{"id": 1, "padding": "xx"}, 7]}
