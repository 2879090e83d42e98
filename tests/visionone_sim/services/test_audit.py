import csv

import httpx
import pytest

PATH = "/audit/logs"


@pytest.fixture(autouse=True)
def two_changes(client: httpx.Client) -> None:
    """One that works and one that does not."""
    client.post("/threatintel/suspiciousObjects", json=[{"domain": "bad.example"}])
    client.patch("/workbench/alerts/none", json={"status": "Closed"})
    client.get("/workbench/alerts")


def test_changes_are_logged_and_looks_are_not(client: httpx.Client) -> None:
    items = client.get(PATH).json()["items"]
    assert [(item["category"], item["activity"], item["result"]) for item in items] == [
        ("threatintel", "suspiciousObjects", "Successful"),
        ("workbench", "alerts/none", "Unsuccessful"),
    ]
    assert {(item["loggedUser"], item["accessType"]) for item in items} == {("soc-bot", "API")}


def test_the_log_is_filtered_and_written_as_csv(client: httpx.Client) -> None:
    headers = {"TMV1-Filter": "result eq 'Unsuccessful'", "Accept": "text/csv"}
    answer = client.get(PATH, headers=headers)
    assert answer.headers["content-type"].startswith("text/csv")
    (row,) = csv.DictReader(answer.text.splitlines())
    assert (row["category"], row["result"]) == ("workbench", "Unsuccessful")


@pytest.mark.parametrize(
    "parameters", [{"labels": "odd"}, {"top": "7"}, {"orderBy": "x"}, {"startDateTime": "2020-01-01T00:00:00Z"}]
)
def test_wrong_questions_are_refused(client: httpx.Client, parameters: dict[str, str]) -> None:
    assert client.get(PATH, params=parameters).status_code == 400
