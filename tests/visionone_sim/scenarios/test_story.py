from collections.abc import Iterator

import pytest

from visionone_sim.clock import ManualClock
from visionone_sim.scenarios.catalog import Wish, begin
from visionone_sim.scenarios.models import CREDENTIAL_DUMPING, MODELS
from visionone_sim.scenarios.story import Story


@pytest.fixture
def story() -> Iterator[Story]:
    made = begin("empty", Wish(seed=1), clock=ManualClock(), api_key="k")
    yield made
    made.tenant.close()


def test_a_dump_lies_on_an_endpoint_that_can_hand_it_over(story: Story) -> None:
    story.raise_alert(CREDENTIAL_DUMPING)
    (endpoint,) = [endpoint for endpoint in story.tenant.endpoints.values() if endpoint.files]
    assert (endpoint.os_name, endpoint.product_code, endpoint.connected) == ("Windows", "xes", True)
    (file,) = endpoint.files.values()
    assert file.path.endswith(r"\AppData\Local\Temp\lsass.DMP")
    assert next(file.content.pieces()).startswith(b"MDMP")


def test_one_host_may_have_two_files_to_collect(story: Story) -> None:
    endpoint = next(iter(story.tenant.endpoints.values()))
    story.raise_alert(MODELS["credential-dumping-twice"], endpoints=[endpoint])
    names = sorted(file.path.rsplit("\\", 1)[1] for file in story.tenant.endpoints[endpoint.agent_guid].files.values())
    assert names == ["lsass (2).DMP", "lsass.DMP"]


def test_fields_can_be_replaced_and_taken_away(story: Story) -> None:
    alert = story.raise_alert(CREDENTIAL_DUMPING, changes={"severity": "odd", "incidentId": None})
    assert alert.document["severity"] == "odd"
    assert "incidentId" not in alert.document


def test_an_alert_is_made_when_it_appears_unless_told_otherwise(story: Story) -> None:
    alert = story.raise_alert(CREDENTIAL_DUMPING, after_seconds=90)
    assert alert.moment("createdDateTime") == alert.visible_since


def test_ids_count_up(story: Story) -> None:
    ids = [story.raise_alert(CREDENTIAL_DUMPING).id for _ in range(2)]
    assert [alert_id.rsplit("-", 1)[1] for alert_id in ids] == ["00001", "00002"]
    assert ids[0].startswith("WB-")


def test_a_dump_is_as_large_as_asked(story: Story) -> None:
    story.dump_size = 5_000_000_000
    story.raise_alert(CREDENTIAL_DUMPING)
    sizes = [file.content.size for endpoint in story.tenant.endpoints.values() for file in endpoint.files.values()]
    assert sizes == [5_000_000_000]
