import httpx
import pytest

PATH = "/caseManagement/cases"
CASE = {
    "name": "Dump",
    "priority": "P1",
    "status": "Open",
    "externalTicketAlias": "IR",
    "externalTicketId": "88",
    "associatedItemIds": ["WB-1"],
}


def test_a_case_is_opened_read_changed_and_found(client: httpx.Client) -> None:
    made = client.post(PATH, json=CASE)
    assert made.status_code == 201
    case_id = made.headers["location"].rsplit("/", 1)[1]
    assert case_id.startswith("CL-")
    shown = client.get(f"{PATH}/{case_id}")
    assert shown.json().items() >= CASE.items()
    change = {"status": "In-progress", "findings": "TruePositive"}
    etag = {"If-Match": shown.headers["etag"]}
    assert client.patch(f"{PATH}/{case_id}", json=change, headers=etag).status_code == 204
    assert client.patch(f"{PATH}/{case_id}", json=change, headers=etag).status_code == 412
    found = client.get(PATH, headers={"TMV1-Filter": "status eq 'In-progress' and priority eq 'P1'"}).json()
    assert (found["totalCount"], found["items"][0]["findings"]) == (1, "TruePositive")


@pytest.mark.parametrize("field", ["name", "priority", "status", "externalTicketAlias", "externalTicketId"])
def test_every_field_is_needed(client: httpx.Client, field: str) -> None:
    body = {key: value for key, value in CASE.items() if key != field}
    assert client.post(PATH, json=body).status_code == 400


def test_an_unknown_case_is_not_found(client: httpx.Client) -> None:
    assert client.get(f"{PATH}/CL-1").status_code == 404
    assert client.post(PATH, json={**CASE, "status": "In Progress"}).status_code == 400
