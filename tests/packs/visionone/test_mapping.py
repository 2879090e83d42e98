"""Workbench alerts become incidents of our type, with the fields that analysts and the playbook need."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.packs.visionone.theatre import packs
from visionone_sim.testing import RunningTwin
from warroom.content.catalogue import Catalogue
from warroom.mapping.incident_from import MappedIncident, incident_from
from warroom.model.ids import IncidentId, InstanceId
from warroom.model.incident import Severity
from warroom.model.instance import IntegrationInstance

TYPE = "Vision One Workbench Alert"


def mapped(document: Any) -> MappedIncident:
    return incident_from(
        {"name": "n", "rawJSON": json.dumps(document)},
        incident_id=IncidentId("1"),
        now=datetime(2031, 2, 3, tzinfo=UTC),
        instance=IntegrationInstance(id=InstanceId("i"), name="tenant", integration="VisionOneResponse"),
        catalogue=Catalogue(packs()),
    )


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_every_alert_of_the_twin_is_mapped_without_a_note(twin: RunningTwin) -> None:
    for alert in twin.tenant.alerts.values():
        found = mapped(alert.document)

        assert (found.notes, found.incident.type) == ((), TYPE)
        assert found.incident.severity is Severity[str(alert.document["severity"]).upper()]
        assert found.incident.playbook == "Vision One - Credential Dumping - Collect Evidence"


def test_the_fields_say_what_where_and_how_bad(twin: RunningTwin) -> None:
    alert = twin.raise_alert("credential-dumping-twice", endpoints=("HR-LT-171", "FIN-LT-528")).document

    fields = mapped(alert).incident.custom_fields

    assert fields["visiononeworkbenchid"] == alert["id"]
    assert fields["visiononemodel"] == alert["model"]
    assert fields["visiononescore"] == alert["score"]
    assert as_list(fields["visiononetechniques"]) == ["T1003.001"]
    assert fields["visiononeendpoints"] == ["HR-LT-171", "FIN-LT-528"]
    assert len(fields["visiononeendpointguids"]) == 2
    assert all(isinstance(account, str) for account in as_list(fields["visiononeaccounts"]))
    assert any(path.endswith("lsass.DMP") for path in fields["visiononefiles"])


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"severity": "critical"},
        {"alertProvider": "new"},
        {"impactScope": None, "indicators": None, "matchedRules": None},
        {"impactScope": {"entities": [{"entityType": "host", "entityValue": "text"}]}},
    ],
)
def test_missing_fields_are_no_reason_to_lose_an_alert(document: dict[str, Any]) -> None:
    assert mapped(document).incident.type == TYPE
