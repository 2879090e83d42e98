from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from visionone_sim.scenarios.alert import draw_cast, write_alert
from visionone_sim.scenarios.fleet import draw_fleet
from visionone_sim.scenarios.models import CREDENTIAL_DUMPING, MODELS, DetectionModel

CREATED = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)
MUST = {
    "id", "schemaVersion", "status", "investigationStatus", "investigationResult", "workbenchLink", "alertProvider",
    "modelId", "model", "modelType", "score", "severity", "impactScope", "createdDateTime", "updatedDateTime",
    "description", "matchedRules", "indicators",
}  # fmt: skip


def write(model: DetectionModel, hosts: int = 1) -> dict[str, Any]:
    rng = Random(1)
    casts = [draw_cast(rng, endpoint, "OTHER-1") for endpoint in draw_fleet(rng)[:hosts]]
    return write_alert(rng, model, casts, alert_id="WB-1", created=CREATED)


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_every_alert_has_what_strict_clients_require(model: DetectionModel) -> None:
    alert = write(model)
    assert alert.keys() >= MUST
    assert isinstance(alert["score"], int)
    assert all(isinstance(indicator["value"], str) for indicator in alert["indicators"])
    assert "{" not in str([indicator["value"] for indicator in alert["indicators"]])


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_entities_and_indicators_point_at_each_other(model: DetectionModel) -> None:
    alert = write(model)
    entities = {entity["entityId"]: entity for entity in alert["impactScope"]["entities"]}
    for indicator in alert["indicators"]:
        for related in indicator["relatedEntities"]:
            assert indicator["id"] in entities[related]["relatedIndicatorIds"]
    for entity in entities.values():
        assert set(entity["relatedEntities"]) <= entities.keys()


def test_a_model_keeps_its_id() -> None:
    assert write(CREDENTIAL_DUMPING)["modelId"] == write(CREDENTIAL_DUMPING, hosts=2)["modelId"]


def test_each_dumped_file_names_the_host_that_it_was_seen_on() -> None:
    alert = write(CREDENTIAL_DUMPING, hosts=2)
    hosts = [entity for entity in alert["impactScope"]["entities"] if entity["entityType"] == "host"]
    dumps = [indicator for indicator in alert["indicators"] if indicator["value"].endswith("\\lsass.DMP")]
    assert [dump["relatedEntities"] for dump in dumps] == [[host["entityId"]] for host in hosts]
    assert (alert["impactScope"]["desktopCount"], alert["impactScope"]["accountCount"]) == (2, 2)


def test_the_rule_names_the_techniques_and_the_filter_of_the_indicators() -> None:
    alert = write(CREDENTIAL_DUMPING)
    (matched,) = alert["matchedRules"][0]["matchedFilters"]
    assert matched["mitreTechniqueIds"] == ["T1003.001", "V9.T1003.001"]
    assert {indicator["filterIds"][0] for indicator in alert["indicators"]} == {matched["id"]}
