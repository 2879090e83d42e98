import json

import pytest

from warroom.content.integration import Argument
from warroom.model.json import Json
from warroom.services.approvals.hosts import KnownHosts, Protected
from warroom.services.approvals.pieces import count_of, items_of, names_of, pieces_of, single_words_of, targets_of

SIX = [f"host-{number}" for number in range(6)]


@pytest.mark.parametrize(
    "value",
    [
        SIX,
        ",".join(SIX),
        ", ".join(SIX),
        "\n".join(SIX),
        ";".join(SIX),
        json.dumps(SIX),
        json.dumps([{"endpoint": host, "description": "a, b"} for host in SIX]),
        [{"endpoint": host} for host in SIX],
        json.dumps({"endpoints": SIX}),
        [{"endpoints": SIX[:3]}, {"endpoints": SIX[3:]}],
        [json.dumps(SIX)],
    ],
)
def test_six_targets_are_six_however_they_are_written(value: Json) -> None:
    assert count_of({"endpoint": value}, {}) == 6


@pytest.mark.parametrize("value", ["", None, [], "host-1", ["host-1"], 7, True])
def test_what_is_no_list_is_one_target_at_most(value: Json) -> None:
    assert count_of({"endpoint": value}, {}) <= 1


@pytest.mark.parametrize(
    "name", ["file_path", "account", "parameter", "things", "server_message", "endpoint_group_title"]
)
def test_what_may_hold_blanks_is_one_target_with_them(name: str) -> None:
    assert count_of({name: "one of several words"}, {}) == 1
    assert list(names_of({name: "one of several words"}, {})) == ["one of several words"]


@pytest.mark.parametrize(
    "name",
    [
        "endpoint",
        "endpoints",
        "hostnames",
        "host_name",
        "agent_guid",
        "agentIds",
        "ip",
        "ips",
        "ip_addresses",
        "endpoint_identifiers",
        "user_email",
        "emails",
        "macs",
        "device_list",
        "computerName",
        "urls",
        "domain",
    ],
)
@pytest.mark.parametrize("blank", [" ", "  ", "\t", "\xa0"])
def test_names_with_only_a_blank_between_are_several_targets(name: str, blank: str) -> None:
    value = blank.join(SIX)
    assert count_of({name: value}, {}) == count_of({name: [value]}, {}) == count_of({"x": [{name: value}]}, {}) == 6
    assert set(SIX) < set(names_of({name: value}, {}))
    assert Protected(("host-3",)).first_among(names_of({name: value}, {}), KnownHosts()) == ("host-3", "host-3")


@pytest.mark.parametrize(
    "value",
    [
        "SRV-1,SRV-2,SRV-3,SRV-4,SRV-5,a b",
        *(between.join(SIX) for between in ("\r", "\r\n", "\x0b", "\x0c", "\x1e", "\x85", "\u2028", "\u2029")),
    ],
)
def test_a_blank_in_a_part_or_another_line_break_hides_no_target(value: str) -> None:
    assert count_of({"things": value}, {}) == len(list(pieces_of({"endpoint": value}, {}))) == 6


def test_the_text_of_a_script_is_one_value() -> None:
    assert count_of({"script_contents": "a, b\nc\nd\ne\nf\ng"}, {}) == 1


@pytest.mark.parametrize(
    "value",
    [
        r'"\u0053RV-9.corp.example"',
        r'["\u0053RV-9.corp.example"]',
        json.dumps(json.dumps(json.dumps("SRV-9.corp.example"))),
    ],
)
def test_a_quoted_text_is_read_as_the_commands_read_it(value: str) -> None:
    assert list(pieces_of({"endpoint": value}, {})) == ["SRV-9.corp.example"]


def test_a_quoted_list_is_counted() -> None:
    assert count_of({"endpoint": json.dumps(json.dumps(SIX))}, {}) == 6
    assert count_of({"endpoint": '"A","B"'}, {}) == 2


@pytest.mark.parametrize(
    ("args", "count"),
    [
        ({"endpoint": "A,B,C,D", "agent_guid": ["E", "F", "G"]}, 7),
        ({"endpoints": [{"endpoint": "A,B,C,D", "agent_guid": ["E", "F", "G"]}]}, 7),
        ({"endpoint_identifiers": '[{"agent_guid": "G1"}, {"endpoint": "B"}]', "hostnames": "C;D;E;F"}, 6),
        ({"agentIds": "1,2,3", "ip": ["10.0.0.1", "10.0.0.2"], "ids": "4,5"}, 7),
        ({"endpoint": ["a", "b"], "file_path": "x,y,z", "description": "1,2,3,4,5"}, 3),
        ({"endpoint": "A,B,C,D,E", "file_path": "/tmp/x", "parameter": "-q", "filename": "f.sh", "wait": "yes"}, 5),
        ({"files": [{"endpoint": f"H{n}", "agent_guid": f"G{n}", "file_path": f"/{n}"} for n in range(4)]}, 4),
        ({"files": [{"endpoint": "A", "agent_guid": ["G1", "G2"]}, {"endpoint": "B"}]}, 4),
        ({"things": "A,B,C,D,E,F"}, 6),
    ],
)
def test_arguments_that_name_targets_count_together(args: dict[str, Json], count: int) -> None:
    assert count_of(args, {}) == count


def test_one_host_with_all_that_an_action_may_be_given_is_far_from_many() -> None:
    args: dict[str, Json] = {
        "endpoint": "A",
        "agent_guid": "G",
        "file_path": "C:\\x\\y",
        "product_id": "sao",
        "os": "linux",
    }
    args |= {"process_id": "7", "file_sha1": "0" * 40, "filename": "f", "timeout_in_seconds": 30, "wait": "yes"}
    assert count_of(args, {}) == 2


def test_an_argument_that_offers_its_values_names_no_target() -> None:
    declared = {"action": Argument(name="action", predefined=("log", "block"))}
    assert list(pieces_of({"action": "block", "endpoint": "A"}, declared)) == ["A"]
    assert list(pieces_of({"action": "dc-01", "endpoint": "A"}, declared)) == ["dc-01", "A"]
    assert count_of({"action": ["log", "block"]}, declared) == 2


def test_a_secret_and_a_default_name_no_target_and_another_value_does() -> None:
    declared = {
        "password": Argument(name="password", secret=True),
        "product": Argument(name="product", default_value="sao"),
    }
    args: dict[str, Json] = {"endpoint": "A", "password": "x,y", "product": "sao"}
    assert targets_of(args, declared) == ["A"]
    assert targets_of({**args, "product": "xes"}, declared) == ["A", "xes"]
    assert list(pieces_of(args, declared)) == ["A", "sao"]
    assert count_of({"password": "a,b,c,d,e,f"}, declared) == 0


def test_what_the_runtime_fills_in_is_no_target() -> None:
    assert targets_of({"endpoint": "A", "idempotency_key": "wr-1", "days": "30", "wait": "no"}, {}) == ["A"]


@pytest.mark.parametrize("hostile", ["[" * 10_000, "{", '["a"', "[1", "\ud800", "{}", "[]"])
def test_broken_json_is_text(hostile: str) -> None:
    assert count_of({"endpoint": hostile}, {}) <= 1
    list(pieces_of({"endpoint": hostile}, {}))


def test_what_lies_deeper_than_anybody_writes_is_counted_and_named_as_text() -> None:
    nested: Json = ["DC-01", "B"]
    for _ in range(500):
        nested = [nested]
    pieces = list(pieces_of({"endpoint": nested}, {}))
    assert Protected(("dc-01",)).first_among(pieces, KnownHosts()) is not None
    assert count_of({"endpoint": nested}, {}) == 2


def test_a_list_of_an_admin_may_be_json_lines_or_commas() -> None:
    assert single_words_of('["dc-*", "10.0.0.0/8"]') == ["dc-*", "10.0.0.0/8"]
    assert single_words_of("dc-*, fin 7\n\n 10.0.0.0/8 ;") == ["dc-*", "fin 7", "10.0.0.0/8"]
    assert single_words_of('["a;b", ["c"]]') == ["a", "b", "c"]
    assert items_of("dc-*, fin 7\n\n 10.0.0.0/8 ;") == ["dc-*", "fin 7", "10.0.0.0/8"]
    assert single_words_of(None) == single_words_of("") == []
