from dataclasses import replace

import pytest

from visionone_sim.errors import BadRequestError
from visionone_sim.tenant.contents import text_content
from visionone_sim.tenant.endpoints import Endpoint, EndpointFile, Inventory, SensorPolicy


def test_windows_finds_a_file_however_its_path_is_spelled(endpoint: Endpoint) -> None:
    assert endpoint.file("c:/temp/LSASS.dmp") == endpoint.file(r"C:\Temp\lsass.DMP") is not None
    assert endpoint.file(r"C:\Temp\other") is None


def test_linux_takes_a_path_to_the_letter(endpoint: Endpoint) -> None:
    server = replace(endpoint, os_name="Linux", files={})
    server = server.with_file(EndpointFile(path="/tmp/a", content=text_content("")))
    assert server.file("/tmp/a") is not None
    assert server.file("/tmp/A") is None


def test_a_file_can_be_removed(endpoint: Endpoint) -> None:
    assert endpoint.without_file(r"c:\temp\lsass.dmp").file(r"C:\Temp\lsass.DMP") is None


def test_an_endpoint_is_found_by_guid_before_name(endpoint: Endpoint) -> None:
    inventory = Inventory()
    inventory.put(endpoint)
    inventory.put(replace(endpoint, agent_guid="g2", name="HR-LT-001"))
    assert inventory.target(agent_guid="G2", name="FIN-LT-042").name == "HR-LT-001"
    assert inventory.target(agent_guid=None, name="fin-lt-042").agent_guid == "g1"


def test_one_word_means_a_guid_before_a_name(endpoint: Endpoint) -> None:
    inventory = Inventory()
    inventory.put(endpoint)
    inventory.put(replace(endpoint, agent_guid="g2", name="G1"))
    assert [inventory.known_as(word).agent_guid for word in ("G1", "g2", "fin-lt-042")] == ["g1", "g2", "g1"]
    with pytest.raises(BadRequestError, match=r"^Target not found\.$"):
        inventory.known_as("nobody")


def test_an_unknown_or_ambiguous_name_is_refused(endpoint: Endpoint) -> None:
    inventory = Inventory()
    inventory.put(endpoint)
    with pytest.raises(BadRequestError, match=r"^Target not found\.$"):
        inventory.target(agent_guid=None, name="nobody")
    inventory.put(replace(endpoint, agent_guid="g2"))
    with pytest.raises(BadRequestError, match="2 endpoints are named"):
        inventory.target(agent_guid=None, name="FIN-LT-042")


def test_registers_follow_what_joins_changes_its_name_and_leaves(endpoint: Endpoint) -> None:
    inventory = Inventory()
    for guid in ("g3", "g1", "g2"):
        inventory.put(replace(endpoint, agent_guid=guid, name="Same"))
    inventory.put(replace(endpoint, agent_guid="g1", name="Other"))
    inventory.remove("g3")
    assert list(inventory.by_guid()) == ["g1", "g2"]
    assert [each.agent_guid for each in inventory.named("SAME")] == ["g2"]
    assert [each.agent_guid for each in inventory.named("other")] == ["g1"]
    inventory.put(replace(endpoint, agent_guid="g0"))
    assert list(inventory.by_guid()) == ["g0", "g1", "g2"]


def test_what_is_set_for_a_sensor_adds_up_until_it_is_taken_back(endpoint: Endpoint) -> None:
    inventory = Inventory()
    inventory.put(endpoint)
    inventory.override_sensor("g1", SensorPolicy(detection_and_response="disabled"))
    inventory.override_sensor("g1", SensorPolicy(risk_telemetry="enabled"))
    assert inventory["g1"].sensor_policy == SensorPolicy(detection_and_response="disabled", risk_telemetry="enabled")
    inventory.remove_sensor_override("g1")
    assert (inventory["g1"], inventory["g1"].sensor_status) == (endpoint, "enabled")
