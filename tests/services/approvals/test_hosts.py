import json
import time

import pytest

from warroom.model.json import JsonObject
from warroom.services.approvals.hosts import KnownHosts, Protected, folded
from warroom.testing.samples import an_incident

GUID = "7f3c0a2e-0000-4000-8000-000000000001"
CONTEXT: JsonObject = {
    "VisionOne": {
        "Endpoint_Info": [
            {
                "agent_guid": GUID,
                "endpoint_name": {"value": "DC-01", "updated_date_time": "2026-01-05"},
                "ip": {"value": ["10.20.30.40", "fe80::1"]},
            }
        ]
    }
}
KNOWN = KnownHosts.of(CONTEXT, an_incident())
PROTECTED = Protected.read("dc-*\nfin-7.corp.local\n10.20.0.0/16\n" + GUID)


@pytest.mark.parametrize(
    "value",
    [
        "DC-01",
        "dc-02",
        " Dc-01. ",
        "dc-01.corp.local",
        "\uff24\uff23-01",  # in full width
        "https://dc-01/admin",
        "https://dc-01:8443/x?y=1",
        "\\\\DC-01\\c$",
        "svc@dc-01",
        "FIN-7.CORP.LOCAL",
        "10.20.30.40",
        "10.20.1.1:443",
        GUID.upper(),
    ],
)
def test_a_protected_host_is_known_by_each_of_its_names(value: str) -> None:
    found = PROTECTED.first_among(["other", value], KnownHosts())
    assert found is not None
    assert found[0] == value


@pytest.mark.parametrize("value", ["abc-01", "web-dc", "10.21.0.1", "fin-7.example.com", "see dc-01 please", ""])
def test_other_hosts_and_prose_are_not_protected(value: str) -> None:
    assert PROTECTED.first_among([value], KnownHosts()) is None


def test_a_guid_is_protected_by_the_name_that_the_incident_knows() -> None:
    by_name = Protected.read("DC-01")
    assert by_name.first_among([GUID], KnownHosts()) is None
    assert by_name.first_among([GUID], KNOWN) == (GUID, "DC-01")
    assert by_name.first_among(["fe80::1"], KNOWN) == ("fe80::1", "DC-01")
    assert Protected.read(GUID).first_among(["dc-01"], KNOWN) == ("dc-01", GUID)


def test_the_alert_that_made_the_incident_names_hosts_as_well() -> None:
    entity = {"entityType": "host", "entityValue": {"guid": GUID, "name": "DC-01", "ips": ["10.0.0.9"]}}
    incident = an_incident(raw_json=json.dumps({"impactScope": {"entities": [entity]}}))
    known = KnownHosts.of({}, incident)
    assert set(known.also("10.0.0.9")) == {"10.0.0.9", GUID, "DC-01"}
    assert known.said(GUID) == f"DC-01 ({GUID})"


def test_a_field_of_the_incident_may_describe_hosts() -> None:
    hosts = [{"guid": "G7", "hostname": "dc-07"}, {"guid": "", "name": "none"}, {"guid": ["G8", "G9"], "name": "two"}]
    known = KnownHosts.of({}, an_incident(custom_fields={"hosts": hosts}))
    assert known.also("g7") == ["g7", "G7", "dc-07"]
    assert known.also("two") == ["two"]


def test_a_guid_with_two_names_is_not_called_by_either_and_protected_by_both() -> None:
    records = [{"guid": GUID, "name": name} for name in ("WEB-1", "DC-01")]
    known = KnownHosts.of({"seen": records}, an_incident())
    assert known.said(GUID) == GUID
    assert Protected.read("dc-01").first_among([GUID], known) == (GUID, "dc-01")


@pytest.mark.parametrize("broken", ["", "{", "[" * 10_000, "null", '"text"'])
def test_an_alert_that_cannot_be_read_names_no_host(broken: str) -> None:
    assert KnownHosts.of({}, an_incident(raw_json=broken)).by_name == {}


@pytest.mark.parametrize(
    ("entry", "typed"),
    [
        ("fin-3.corp.example", "FIN-3"),
        ("fin-3.corp.example", "https://fin-3:8443/x"),
        ("sql-*.corp.example", "SQL-7"),
        ("CORP\\fin-3", "fin-3"),
        ("CORP\\fin-3", "fin-3.corp.example"),
        ("CORP\\fin-3.corp.example", "fin-3"),
        ("\\\\fin-3\\c$", "fin-3"),
        ("*.corp.example", "fin-3.corp.example"),
        ("10.30.0.0/16", "::ffff:10.30.0.7"),
        ("10.30.0.0/16", "[::ffff:10.30.0.7]:443"),
        ("10.30.0.7", "::FFFF:0a1e:0007"),
        ("::ffff:10.30.0.0/112", "10.30.0.7"),
        ("::ffff:10.30.0.7", "10.30.0.7"),
        ("fin-3", "\\\\fin-3\\c$\\Program Files\\x.exe"),
        ("fin-3", "//fin-3.corp.example/my share/x"),
    ],
)
def test_an_entry_protects_its_host_however_either_is_written(entry: str, typed: str) -> None:
    assert Protected((entry,)).first_among([typed], KnownHosts()) == (typed, entry)


@pytest.mark.parametrize(
    ("entry", "typed"),
    [
        ("*.corp.example", "fin-3"),
        ("[a-z]*.corp.example", "fin-3"),
        ("CORP\\*", "fin-3"),
        ("fin-3.corp.example", "fin-3.other.example"),
        ("fin-3.corp.example", "fin-31"),
        ("10.30.0.0/16", "10"),
        ("10.30.*", "10"),
        ("10.30.0.0/16", "::ffff:10.31.0.7"),
        ("fe80::/16", "10.30.0.7"),
    ],
)
def test_an_entry_protects_no_other_host(entry: str, typed: str) -> None:
    assert Protected((entry,)).first_among([typed], KnownHosts()) is None


@pytest.mark.parametrize(
    "record",
    [
        {"ID": "G-4", "Hostname": "FIN-4", "IPAddress": "10.30.0.4"},
        {"endpoint_guid": "G-4", "endpoint_host_name": "FIN-4", "uuid": "event-9"},
        {"uuid": "event-9", "agentGuid": "G-4", "endpointName": "FIN-4"},
        {"agent_guid": "G-4", "guid": "other", "name": "FIN-4"},
        {"agentGuid": "G-4", "endpointGuid": "E-4", "endpointHostName": "FIN-4", "id": "row-1"},
        {"device_id": "G-4", "computer_name": "FIN-4"},
    ],
)
def test_a_record_as_commands_write_it_gives_its_guid_a_name(record: JsonObject) -> None:
    known = KnownHosts.of({"Seen": [record]}, an_incident())
    assert known.said("G-4") == "FIN-4 (G-4)"
    assert Protected(("fin-4",)).first_among(["g-4"], known) == ("g-4", "fin-4")


def test_what_has_an_id_and_a_name_is_no_host_by_that() -> None:
    assert KnownHosts.of({"Rule": {"ID": "R-1", "Name": "fin-4"}}, an_incident()).by_name == {}


def test_an_address_within_ipv6_is_the_address_that_the_incident_knows() -> None:
    assert Protected(("dc-01",)).first_among(["::ffff:10.20.30.40"], KNOWN) == ("::ffff:10.20.30.40", "dc-01")


def test_very_many_records_with_one_name_are_read_once_each() -> None:
    records = [{"guid": f"G{number}", "name": "shared", "ips": ["10.30.0.1"]} for number in range(8_000)]
    started = time.process_time()
    known = KnownHosts.of({"seen": [*records, *records]}, an_incident())
    assert len(known.by_name["shared"]) == 8_000
    assert time.process_time() - started < 5  # far less than a second; comparing each with each takes very long


def test_an_empty_list_protects_nothing() -> None:
    assert Protected.read("").first_among(["dc-01"], KNOWN) is None


def test_names_are_compared_in_one_form() -> None:
    assert folded("Stra\u00dfe.") == folded("STRASSE")


def test_a_host_is_found_by_all_names_by_which_the_incident_means_it_alone() -> None:
    hosts = [
        {"agentGuid": GUID, "endpointName": "APP-3.lab.example", "ip": "::ffff:10.4.4.4"},
        {"agentGuid": GUID, "hostName": "app-three"},
        {"agentGuid": "other", "hostName": "app-3.shop.example", "ip": ["10.5.5.5"]},
    ]
    known = KnownHosts.of({"Hosts": hosts}, an_incident())
    alone = {GUID, "app-3.lab.example", "10.4.4.4", "app-three"}
    assert all(known.aliases(name) == alone for name in ("App-3.Lab.example", GUID, "10.4.4.4", "APP-THREE"))
    assert known.aliases("app-3") == set()
    assert known.guids("app-3") == {GUID, "other"}
    assert known.guids("app") == frozenset()
