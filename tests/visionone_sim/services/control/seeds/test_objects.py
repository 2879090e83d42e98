from typing import Any

import httpx
import pytest

from visionone_sim.testing import RunningTwin

LISTS = {"suspiciousObjects": "suspiciousObjects", "exceptions": "suspiciousObjectExceptions"}


@pytest.mark.parametrize("kind", LISTS)
def test_an_object_is_on_the_list_of_the_api(client: httpx.Client, control: httpx.Client, kind: str) -> None:
    control.put(f"/{kind}/domain/bad.example", json={"description": "Known."})
    (item,) = client.get(f"/threatintel/{LISTS[kind]}").json()["items"]
    assert (item["domain"], item["description"]) == ("bad.example", "Known.")


def test_what_is_known_of_a_suspicious_object_can_be_said(client: httpx.Client, control: httpx.Client) -> None:
    order = {"scanAction": "log", "riskLevel": "low", "days": -1}
    control.put("/suspiciousObjects/ip/192.0.2.1", json=order)
    (item,) = client.get("/threatintel/suspiciousObjects").json()["items"]
    assert (item["scanAction"], item["riskLevel"]) == ("log", "low")


def test_a_blocked_object_can_be_released(twin: RunningTwin, client: httpx.Client, control: httpx.Client) -> None:
    control.put("/blockList/domain/bad.example")
    client.post("/response/suspiciousObjects/delete", json=[{"domain": "bad.example"}])
    twin.clock.advance(5)
    assert control.get("/blockList/domain/bad.example").status_code == 404


@pytest.mark.parametrize(
    ("path", "order", "status"),
    [
        ("/suspiciousObjects/colour/red", {}, 400),
        ("/suspiciousObjects/ip/here", {}, 400),
        ("/suspiciousObjects/ip", {}, 404),
        ("/suspiciousObjects/ip/192.0.2.1", {"riskLevel": "great"}, 400),
        ("/suspiciousObjects/domain/fine.example", {}, 400),
        ("/exceptions/ip/192.0.2.1", {"description": 3}, 400),
        ("/blockList/ip/192.0.2.1", {"taskId": None}, 400),
    ],
)
def test_wrong_orders_are_refused(shared: httpx.Client, path: str, order: dict[str, Any], status: int) -> None:
    shared.put("/exceptions/domain/fine.example")
    assert shared.put(path, json=order).status_code == status
