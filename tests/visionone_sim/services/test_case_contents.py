import httpx
import pytest

from visionone_sim.testing import RunningTwin

CASE = {"name": "Dump", "priority": "P1", "status": "Open", "externalTicketAlias": "IR", "externalTicketId": "88"}


@pytest.fixture
def case(client: httpx.Client) -> str:
    return client.post("/caseManagement/cases", json=CASE).headers["location"]


def attach(client: httpx.Client, case: str, name: str = "dump.txt") -> str:
    added = client.post(f"{case}/attachments", files={"file": (name, b"seen")})
    assert added.status_code == 201
    return added.headers["location"]


def test_a_content_is_written_read_changed_and_deleted(client: httpx.Client, case: str) -> None:
    added = client.post(f"{case}/contents", json={"comment": "Seen."})
    assert added.status_code == 201
    url = added.headers["location"]
    shown = client.get(url)
    assert (shown.json()["comment"], shown.json()["creatorName"]) == ("Seen.", "soc-bot")
    etag = {"If-Match": shown.headers["etag"]}
    assert client.patch(url, json={"comment": "Seen twice."}, headers=etag).status_code == 204
    assert client.patch(url, json={"comment": "Seen thrice."}, headers=etag).status_code == 412
    (content,) = client.get(f"{case}/contents").json()["items"]
    assert content == client.get(url).json()
    assert content["comment"] == "Seen twice."
    assert [client.delete(url).status_code, client.delete(url).status_code] == [204, 404]


def test_contents_are_listed_newest_first_by_time_and_creator(
    twin: RunningTwin, client: httpx.Client, case: str
) -> None:
    for comment in ("first", "second"):
        client.post(f"{case}/contents", json={"comment": comment})
        twin.clock.advance(60)
    listed = client.get(f"{case}/contents").json()["items"]
    assert [content["comment"] for content in listed] == ["second", "first"]
    late = client.get(f"{case}/contents", params={"startDateTime": listed[0]["createdDateTime"]}).json()["items"]
    assert [content["comment"] for content in late] == ["second"]
    nobody = client.get(f"{case}/contents", headers={"TMV1-Filter": "creatorId eq 'nobody'"}).json()["items"]
    assert nobody == []
    assert client.get(f"{case}/contents", params={"orderBy": "mood"}).status_code == 400


def test_a_file_is_added_shown_by_a_content_fetched_and_deleted(client: httpx.Client, case: str) -> None:
    url = attach(client, case, "größe.txt")
    file_id = url.rsplit("/", 1)[1]
    content = client.post(f"{case}/contents", json={"comment": "See file.", "attachmentIds": [file_id]})
    fetched = client.get(url)
    assert (fetched.content, fetched.headers["content-type"]) == (b"seen", "application/octet-stream")
    assert "gr%C3%B6%C3%9Fe.txt" in fetched.headers["content-disposition"]
    assert client.get(content.headers["location"]).json()["attachmentIds"] == [file_id]
    assert [client.delete(url).status_code, client.get(url).status_code] == [204, 404]
    assert client.get(content.headers["location"]).json()["attachmentIds"] == []


def test_a_content_moves_to_other_files(client: httpx.Client, case: str) -> None:
    first, second = (attach(client, case).rsplit("/", 1)[1] for _ in range(2))
    url = client.post(f"{case}/contents", json={"comment": "x", "attachmentIds": [first]}).headers["location"]
    assert client.patch(url, json={"attachmentIds": [second]}).status_code == 204
    assert client.get(url).json()["attachmentIds"] == [second]


@pytest.mark.parametrize(
    "body", [{}, {"comment": 1}, {"comment": "x", "attachmentIds": ["x"]}, {"comment": "x", "attachmentIds": ["x"] * 6}]
)
def test_a_wrong_content_is_refused(client: httpx.Client, case: str, body: dict[str, object]) -> None:
    assert client.post(f"{case}/contents", json=body).status_code == 400
    assert client.get(f"{case}/contents").json()["items"] == []


def test_an_attachment_is_a_form_with_a_file(client: httpx.Client, case: str) -> None:
    assert client.post(f"{case}/attachments", json={"file": "x"}).status_code == 400
    assert client.post(f"{case}x/attachments", files={"file": ("a", b"x")}).status_code == 404
