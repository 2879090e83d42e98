from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.content.integration import Argument
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json
from warroom.services.commands.arguments import prepare, refuse_unknown, undeclared

HOST = Argument(name="host")
NOTE = Argument(name="note", default_value="by playbook")
TAGS = Argument(name="tags", is_array=True)
NEEDED = Argument(name="needed", required=True)


def calls(*declared: Argument, **given_args: Json) -> list[Mapping[str, Json]]:
    return [item.args for item in prepare("isolate", declared, given_args)]


def test_defaults_fill_what_is_absent_or_empty() -> None:
    assert calls(HOST, NOTE, host="a") == [{"host": "a", "note": "by playbook"}]
    assert calls(HOST, NOTE, host="a", note="") == [{"host": "a", "note": "by playbook"}]


@pytest.mark.parametrize("empty", [None, "", [], {}])
def test_an_empty_value_counts_as_not_passed(empty: Json) -> None:
    assert calls(HOST, host=empty) == [{}]


@pytest.mark.parametrize("value", [0, False, "0", " "])
def test_zero_false_and_blanks_are_values(value: Json) -> None:
    assert calls(HOST, host=value) == [{"host": value}]


@pytest.mark.parametrize(
    ("given_name", "meant"), [("hots", " Did you mean 'host'?"), ("Host", " Did you mean 'host'?"), ("zzz", "")]
)
def test_a_misspelled_argument_is_told_what_was_meant(given_name: str, meant: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        refuse_unknown("isolate", [HOST, NOTE], [given_name])
    assert str(refused.value) == f"isolate has no argument {given_name!r}. It takes: host, note.{meant}"


def test_a_misspelled_field_is_told_what_was_meant() -> None:
    with pytest.raises(InvalidInputError) as refused:
        refuse_unknown("setIncident", [HOST], ["severitty"], ["severity", "score"])
    assert str(refused.value) == (
        "setIncident has no argument 'severitty'. It takes: host, and fields of the incident. Did you mean 'severity'?"
    )


def test_names_that_are_also_taken_are_not_unknown() -> None:
    assert undeclared([HOST], ["host", "a", "b"], {"a"}) == ["b"]


def test_a_playbook_may_pass_what_the_command_does_not_declare() -> None:
    assert [item.args for item in prepare("isolate", [HOST], {"old": "x"})] == [{"old": "x"}]


@pytest.mark.parametrize("given_args", [{}, {"needed": ""}, {"needed": []}, {"needed": ["", None]}])
def test_a_required_argument_that_is_empty_is_missing(given_args: dict[str, Json]) -> None:
    with pytest.raises(InvalidInputError, match=r"isolate needs the argument 'needed', which is missing or empty"):
        calls(NEEDED, **given_args)


def test_an_array_for_one_value_makes_a_call_for_each_item() -> None:
    assert calls(HOST, NOTE, host=["a", "b"], note="x") == [{"host": "a", "note": "x"}, {"host": "b", "note": "x"}]


def test_an_array_for_an_array_argument_is_passed_whole() -> None:
    assert calls(TAGS, tags=["a", "b"]) == [{"tags": ["a", "b"]}]


def test_two_arrays_are_walked_side_by_side_and_the_default_follows_the_shorter_one() -> None:
    assert calls(HOST, NOTE, host=["a", "b"], note=["x"]) == [
        {"host": "a", "note": "x"},
        {"host": "b", "note": "by playbook"},
    ]


def test_items_that_say_nothing_make_no_call() -> None:
    assert calls(NEEDED, needed=["a", "", None, "b"]) == [{"needed": "a"}, {"needed": "b"}]


def test_a_required_array_that_ends_too_early_stops_every_call() -> None:
    with pytest.raises(InvalidInputError, match="needs the argument 'needed'"):
        calls(HOST, NEEDED, host=["a", "b"], needed=["x"])


def test_a_single_call_needs_no_turn() -> None:
    assert [item.turn for item in prepare("isolate", [HOST, TAGS], {"host": "a", "tags": ["b"]})] == [""]


def test_an_item_keeps_its_turn_when_the_array_has_changed_meanwhile() -> None:
    before = {item.args["host"]: item.turn for item in prepare("isolate", [HOST], {"host": ["a", "b"]})}
    after = {item.args["host"]: item.turn for item in prepare("isolate", [HOST], {"host": ["c", "b", "a"]})}
    assert (after["a"], after["b"]) == (before["a"], before["b"])


@given(st.lists(st.text(min_size=1, max_size=3), min_size=1, max_size=8))
def test_no_two_calls_of_an_array_share_a_turn(hosts: list[str]) -> None:
    turns = [item.turn for item in prepare("isolate", [HOST], {"host": hosts})]
    assert len(set(turns)) == len(hosts)
