import httpx
import pytest

from tests.visionone_sim.answers import codes, task_ids
from visionone_sim.testing import RunningTwin

PATH = "/response/customScripts"
TEXT = "Get-Process # über"


def upload(client: httpx.Client, path: str = PATH, name: str = "look.ps1", **fields: str) -> httpx.Response:
    form = {"fileType": "powershell", **fields}
    return client.post(path, data=form, files={"file": (name, TEXT.encode(), "text/plain")})


def test_a_script_is_kept_read_changed_and_deleted(client: httpx.Client) -> None:
    made = upload(client, description="looks")
    assert made.status_code == 201
    assert b"Location" in dict(made.headers.raw)
    script_id = made.headers["location"].rsplit("/", 1)[1]
    (item,) = client.get(PATH).json()["items"]
    assert item == {"id": script_id, "fileName": "look.ps1", "fileType": "powershell", "description": "looks"}
    assert client.get(f"{PATH}/{script_id}").text == TEXT
    assert upload(client, f"{PATH}/{script_id}/update", "see.ps1").status_code == 204
    assert client.get(PATH).json()["items"][0]["fileName"] == "see.ps1"
    assert client.delete(f"{PATH}/{script_id}").status_code == 204
    for answer in (client.get(f"{PATH}/{script_id}"), client.delete(f"{PATH}/{script_id}")):
        assert answer.status_code == 404


def test_the_list_is_filtered_by_name_and_type(client: httpx.Client) -> None:
    upload(client)
    upload(client, name="look.sh", fileType="bash")
    for query, names in {
        "fileType eq 'bash'": ["look.sh"],
        "fileName eq 'look.ps1' or fileName eq 'x'": ["look.ps1"],
    }.items():
        items = client.get(PATH, params={"filter": query}).json()["items"]
        assert [item["fileName"] for item in items] == names


@pytest.mark.parametrize(
    ("name", "fields"),
    [("look.ps1", {"fileType": "bash"}), ("look.exe", {}), ("look.ps1", {"fileType": "perl"})],
)
def test_name_and_type_have_to_agree(client: httpx.Client, name: str, fields: dict[str, str]) -> None:
    assert upload(client, name=name, **fields).status_code == 400


def test_a_form_without_a_file_or_type_is_refused(client: httpx.Client) -> None:
    assert client.post(PATH, data={"fileType": "bash"}).status_code == 400
    assert client.post(PATH, files={"file": ("a.sh", b"x")}).status_code == 400
    assert client.post(PATH, data={"fileType": "bash"}, files={"file": ("a.sh", b"\xff")}).status_code == 400
    assert client.post(PATH, json={"fileType": "bash"}).status_code == 400


def test_two_scripts_do_not_share_a_name(client: httpx.Client) -> None:
    upload(client)
    assert upload(client).status_code == 400


def test_a_script_is_run_by_its_name_and_its_output_can_be_fetched(twin: RunningTwin, client: httpx.Client) -> None:
    upload(client)
    endpoints = twin.tenant.endpoints.values()
    windows = next(each for each in endpoints if each.os_name == "Windows" and each.connected)
    linux = next(each for each in endpoints if each.os_name == "Linux")
    items = [
        {"endpointName": windows.name, "fileName": "look.ps1", "parameter": "-All"},
        {"endpointName": linux.name, "fileName": "look.ps1"},
        {"endpointName": windows.name, "fileName": "none.ps1"},
        {"endpointName": windows.name},
    ]
    answer = client.post("/response/endpoints/runScript", json=items)
    assert codes(answer) == [None, "NotSupported", "BadRequest", "BadRequest"]
    twin.clock.advance(5)
    (task_id,) = task_ids(answer)
    task = client.get(f"/response/tasks/{task_id}").json()
    assert (task["action"], task["fileName"], task["parameter"]) == ("runCustomScript", "look.ps1", "-All")
    assert httpx.get(task["resourceLocation"], timeout=60).content.startswith(b"PK")
    assert len(task["password"]) == 12
