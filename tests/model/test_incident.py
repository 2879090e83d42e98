import json
from dataclasses import replace

from warroom.model.incident import Label, Severity, Status
from warroom.testing.clock import START
from warroom.testing.samples import an_incident


def test_severities_are_xsoars_numbers() -> None:
    assert [severity.value for severity in Severity] == [0, 0.5, 1, 2, 3, 4]
    assert Severity.CRITICAL.label == "Critical"


def test_a_status_can_only_grow_with_max() -> None:
    assert max(Status.DONE, Status.ACTIVE) is Status.DONE


def test_an_incident_may_have_come_from_no_record() -> None:
    assert (an_incident(mirrors="WB-1").remote, replace(an_incident(), mirror=None).remote) == ("WB-1", "")


def test_content_sees_the_incident_in_xsoars_names() -> None:
    incident = an_incident(
        3,
        mirrors="WB-9",
        severity=Severity.HIGH,
        labels=(Label(type="Host", value="FIN-1"),),
        custom_fields={"host": "x"},
    )
    shown = incident.as_xsoar()
    assert (shown["id"], shown["severity"], shown["status"]) == ("3", 3.0, 0)
    assert shown["labels"] == [{"type": "Host", "value": "FIN-1"}]
    assert (shown["CustomFields"], shown["dbotMirrorId"], shown["dbotMirrorInstance"]) == ({"host": "x"}, "WB-9", "one")
    assert (shown["occurred"], shown["closed"]) == (START.isoformat(), "")
    assert shown["investigationId"] == "3"


def test_what_content_sees_is_json_and_nobody_elses_object() -> None:
    incident = an_incident(custom_fields={"host": "x"}, closed=START)
    shown = incident.as_xsoar()
    assert json.loads(json.dumps(shown)) == shown
    shown["CustomFields"]["host"] = "y"
    assert incident.custom_fields == {"host": "x"}
