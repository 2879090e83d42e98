import json

import pytest

from warroom.content.integration import Argument
from warroom.model.json import Json
from warroom.services.approvals.hosts import KnownHosts, Protected
from warroom.services.approvals.pieces import count_of, pieces_of, single_words_of, targets_of

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


@pytest.mark.parametrize("value", ["", None, [], "host-1", ["host-1"], 7, True, "one, two words, three, 4, 5, 6, 7"])
def test_what_is_no_list_is_one_target_at_most(value: Json) -> None:
    assert count_of({"endpoint": value}, {}) <= 1


def test_the_argument_with_most_values_counts() -> None:
    assert count_of({"endpoint": ["a", "b"], "file_path": "x,y,z", "description": "1,2,3,4,5"}, {}) == 3


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
    assert single_words_of(None) == single_words_of("") == []
