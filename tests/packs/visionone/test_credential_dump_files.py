"""Which files an alert saw being written, where they lie, and whether they can be had."""

import json
from typing import Any

import pytest

HOST_1: dict[str, Any] = {"guid": "5d0c1a7e-2b61-4a0e-9f53-0a1c77d2e901", "name": "FIN-LT-042"}
HOST_2: dict[str, Any] = {"guid": "6e0c1a7e-2b61-4a0e-9f53-0a1c77d2e902", "name": "FIN-LT-043"}
DUMP = "C:\\Temp\\lsass.DMP"


def entity(host: dict[str, Any]) -> dict[str, Any]:
    return {"entityType": "host", "entityValue": host, "entityId": host["guid"]}


def trace(path: str, *hosts: dict[str, Any], field: str | None = "objectFilePath") -> dict[str, Any]:
    return {"type": "fullpath", "field": field, "value": path, "relatedEntities": [host["guid"] for host in hosts]}


def alert(*indicators: Any, hosts: tuple[dict[str, Any], ...] = (HOST_1, HOST_2)) -> dict[str, Any]:
    account = {"entityType": "account", "entityValue": "FIN\\mlopez", "entityId": "FIN\\mlopez"}
    return {"impactScope": {"entities": [account, *map(entity, hosts)]}, "indicators": list(indicators)}


@pytest.fixture
def files(xsoar: Any) -> Any:
    def files(given: Any, **args: Any) -> list[tuple[str, str, str]]:
        ran = xsoar.script("VisionOneCredentialDumpFiles", alert=given, **args)
        assert ran.errors == []
        found = ran.context("VisionOne.Dump_File") or []
        return [(one["endpoint"], one["file_path"], one["reason"]) for one in found]

    return files


def test_each_file_belongs_to_the_endpoints_that_it_was_seen_on(files: Any) -> None:
    given = alert(trace(DUMP, HOST_2), trace("D:\\sam.save", HOST_1, HOST_2))

    assert files(given) == [
        ("FIN-LT-043", DUMP, ""),
        ("FIN-LT-042", "D:\\sam.save", ""),
        ("FIN-LT-043", "D:\\sam.save", ""),
    ]


def test_programs_and_the_dumped_process_are_no_dumps(files: Any) -> None:
    given = alert(
        trace("C:\\Windows\\System32\\Taskmgr.exe", HOST_1, field="processFilePath"),
        trace("C:\\Windows\\System32\\lsass.exe", HOST_1),
        trace("C:\\Users\\x\\parent.txt", HOST_1, field="parentFilePath"),
        trace(DUMP, HOST_1),
    )

    assert [path for _, path, _ in files(given)] == [DUMP]


def test_the_same_file_is_named_once(files: Any) -> None:
    assert files(alert(trace(DUMP, HOST_1), trace(DUMP, HOST_1))) == [("FIN-LT-042", DUMP, "")]


def test_an_indicator_without_an_endpoint_belongs_to_the_only_one(files: Any) -> None:
    assert files(alert(trace(DUMP), hosts=(HOST_1,))) == [("FIN-LT-042", DUMP, "")]


def test_an_indicator_without_an_endpoint_among_several_is_not_guessed(files: Any) -> None:
    [(endpoint, path, reason)] = files(alert(trace(DUMP)))

    assert (endpoint, path) == ("", DUMP)
    assert reason == "The alert does not say which endpoint the file was seen on."


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        ({"product_code": "xes", "connectivity": "connected"}, ""),
        ({"product_code": "xes"}, ""),
        ({"product_code": "xes", "connectivity": "unknown"}, ""),
        ({"product_code": "xes", "connectivity": "disconnected"}, "FIN-LT-042 is offline."),
        ({"product_code": "sds"}, "The agent on FIN-LT-042 (sds) cannot collect files."),
        ({"product_code": "sds", "installed_product_codes": ["sds", "xes"]}, ""),
    ],
)
def test_product_and_connection_decide(files: Any, known: dict[str, Any], reason: str) -> None:
    known = {"agent_guid": HOST_1["guid"].upper(), **known}

    for form in (known, [known], json.dumps([known])):
        assert files(alert(trace(DUMP, HOST_1)), endpoints=form) == [("FIN-LT-042", DUMP, reason)]


def test_which_products_collect_is_a_setting(files: Any) -> None:
    known = {"agent_guid": HOST_1["guid"], "product_code": "sds"}

    assert files(alert(trace(DUMP, HOST_1)), endpoints=known, collecting_products="sds")[0][2] == ""


def test_the_incidents_own_alert_is_the_default(xsoar: Any) -> None:
    xsoar.demisto.raw_incident = {"rawJSON": json.dumps(alert(trace(DUMP, HOST_1)))}

    [found] = xsoar.script("VisionOneCredentialDumpFiles").context("VisionOne.Dump_File")

    assert found["file_path"] == DUMP
    assert found["collectable"] == "yes"


@pytest.mark.parametrize(
    "given", ["{}", "[]", "null", {"indicators": None}, {"indicators": [1, {"type": "fullpath"}], "impactScope": None}]
)
def test_an_alert_without_files_is_no_error(xsoar: Any, given: Any) -> None:
    ran = xsoar.script("VisionOneCredentialDumpFiles", alert=given)

    assert ran.errors == []
    assert ran.readable == "The alert names no file that was written."


def test_text_that_is_no_json_is_one_error(xsoar: Any) -> None:
    ran = xsoar.script("VisionOneCredentialDumpFiles", alert="{")

    assert len(ran.errors) == 1
    assert ran.errors[0].startswith("VisionOneCredentialDumpFiles: ")
