"""Workbench alerts become incidents of our type, with the fields that analysts and the playbook need."""

import json
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest

from tests.our_packs import our_packs
from visionone_sim.testing import RunningTwin
from warroom.content.catalogue import Catalogue
from warroom.mapping.incident_from import MappedIncident, Source, incident_from
from warroom.model.ids import IncidentId, InstanceId
from warroom.model.incident import Severity
from warroom.model.instance import IntegrationInstance

TYPE = "Vision One Workbench Alert"


def mapped(document: Any) -> MappedIncident:
    instance = IntegrationInstance(id=InstanceId("i"), name="tenant", integration="VisionOneResponse")
    return incident_from(
        {"name": "n", "rawJSON": json.dumps(document)},
        incident_id=IncidentId("1"),
        now=datetime(2031, 2, 3, tzinfo=UTC),
        source=Source(instance=instance, catalogue=Catalogue(our_packs())),
    )


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_every_alert_of_the_twin_is_mapped_without_a_note(twin: RunningTwin) -> None:
    for alert in twin.tenant.alerts.values():
        found = mapped(alert.document)

        assert (found.notes, found.incident.type) == ((), TYPE)
        assert found.incident.severity is Severity[str(alert.document["severity"]).upper()]
        assert found.incident.playbook == "Vision One - Alert Router"


@pytest.mark.promise(2)
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


ENTITIES = [
    {"entityType": "host", "entityValue": {"guid": "g-1", "name": "FIN-LT-042", "ips": ["192.0.2.1"]}},
    {"entityType": "account", "entityValue": "FIN\\mlopez"},
    {"entityType": "emailAddress", "entityValue": "mlopez@ex.test"},
    {"entityType": "container", "entityValue": "pod-7"},
    {"entityType": "cloudIdentity", "entityValue": "arn:aws:iam::1:user/m"},
    {"entityType": "somethingNew", "entityValue": "x"},
]
INDICATORS = [
    {"type": "fullpath", "field": "processFilePath", "value": "C:\\bad.exe"},
    {"type": "fullpath", "field": "objectFilePath", "value": "C:\\dump.dmp"},
    {"type": "command_line", "field": "processCmd", "value": "bad.exe /all"},
    {"type": "process_id", "field": "processPid", "value": 4711},
    {"type": "file_sha1", "field": "processFileHashSha1", "value": "a" * 40},
    {"type": "file_sha256", "field": "processFileHashSha256", "value": "b" * 64},
    {"type": "url", "field": "mailUrl", "value": "https://bad.ex.test/x"},
    {"type": "domain", "field": "request", "value": "bad.ex.test"},
    {"type": "ip", "field": "dst", "value": "192.0.2.66"},
    {"type": "email_sender", "field": "mailFromAddress", "value": "boss@bad.ex.test"},
    {"type": "email_message_id", "field": "mailMsgId", "value": "<1@bad.ex.test>"},
    {"type": "registry_key", "field": "objectRegistryKeyHandle", "value": "HKLM\\x"},
    {"type": "brand_new", "field": "y", "value": "z"},
]
TYPED = {
    "visiononeendpoints": "FIN-LT-042",
    "visiononeendpointguids": "g-1",
    "visiononeaccounts": "FIN\\mlopez",
    "visiononemailboxes": "mlopez@ex.test",
    "visiononecontainers": "pod-7",
    "visiononecloudidentities": "arn:aws:iam::1:user/m",
    "visiononeprocesses": "C:\\bad.exe",
    "visiononecommandlines": "bad.exe /all",
    "visiononeprocessids": 4711,
    "visiononesha1hashes": "a" * 40,
    "visiononesha256hashes": "b" * 64,
    "visiononeurls": "https://bad.ex.test/x",
    "visiononedomains": "bad.ex.test",
    "visiononeipaddresses": "192.0.2.66",
    "visiononesenders": "boss@bad.ex.test",
    "visiononemessageids": "<1@bad.ex.test>",
    "visiononeregistry": "HKLM\\x",
    "visiononematchedfilters": "A filter",
    "visiononetechniques": "T1003.001",
}


@pytest.mark.promise(2)
def test_entities_and_indicators_go_to_the_fields_of_their_types(integration: ModuleType) -> None:
    filters = [{"name": "A filter", "mitreTechniqueIds": ["V9.T1003.001", "T1003.001"]}]
    document = {
        "caseId": "CL-7",
        "impactScope": {"entities": ENTITIES},
        "indicators": INDICATORS,
        "matchedRules": [{"matchedFilters": filters}],
    }

    fields = mapped(integration.with_observables(document)).incident.custom_fields

    assert {name: as_list(fields[name]) for name in TYPED} == {name: [value] for name, value in TYPED.items()}
    assert as_list(fields["visiononefiles"]) == ["C:\\bad.exe", "C:\\dump.dmp"]
    assert fields["visiononecaseid"] == "CL-7"


READ = {  # what an alert says, and what the fields have of it
    ("domain", "fe80::66"): ("ipaddresses", "fe80::66"),
    ("ip", "192.168.evil.example"): ("domains", "192.168.evil.example"),
    ("domain", "10.0.0.0/8"): ("ipaddresses", "10.0.0.0/8"),
    ("url", "https://cdn.example/a,b"): ("urls", "https://cdn.example/a,b"),
    ("url", "hxxps://bad[.]example"): ("urls", "hxxps://bad[.]example"),
    ("file_sha1", "no hash"): ("sha1hashes", "no hash"),
    ("file_sha1", "c" * 64): ("sha256hashes", "c" * 64),
    ("email_sender", "Boss <boss@bad.example>"): ("senders", "Boss <boss@bad.example>"),
}


@pytest.mark.parametrize(("given", "wanted"), READ.items())
def test_a_field_has_an_observable_as_the_integration_reads_it_and_loses_none(
    integration: ModuleType, given: tuple[str, str], wanted: tuple[str, str]
) -> None:
    kind, value = given
    alert = integration.with_observables({"indicators": [{"type": kind, "value": value}]})

    fields = mapped(alert).incident.custom_fields

    assert fields[f"visionone{wanted[0]}"] == wanted[1]
    assert alert["indicators"] == [{"type": kind, "value": value}]


def test_an_indicator_with_several_values_gives_each_and_says_which_it_cannot_read(integration: ModuleType) -> None:
    alert = integration.with_observables({"indicators": [{"type": "ip", "value": "192.0.2.1, 192.0.2.2, a b"}, 7]})

    assert as_list(mapped(alert).incident.custom_fields["visiononeipaddresses"]) == ["192.0.2.1", "192.0.2.2", "a b"]
    assert [one.get("unreadable", "") for one in alert["observables"]] == [
        "",
        "",
        "What 'a b' is cannot be told from its form.",
    ]


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
