import pytest

from warroom.model.json import Json
from warroom.services.approvals.hosts import KnownHosts, Protected
from warroom.services.approvals.policy import Guarded, Proposed, why
from warroom.services.approvals.rules import Rules

FREE = Guarded(protected=Protected(), known=KnownHosts())


def proposed(*instances: str, **args: Json) -> Proposed:
    return Proposed(command="isolate-endpoint", instances=instances or ("lab-1",), args=args, declared={})


def test_an_action_on_few_hosts_that_nobody_protects_needs_no_approval() -> None:
    assert why(proposed(endpoint=["A", "B", "C", "D", "E"]), Rules(), FREE) == ""


def test_more_than_five_targets_need_approval() -> None:
    six = proposed(endpoint=["A", "B", "C", "D", "E", "F"])
    assert why(six, Rules(), FREE) == "it has 6 targets, more than 5"
    assert why(six, Rules(above=6), FREE) == ""
    assert why(proposed(endpoint="A"), Rules(above=0), FREE) == "it has 1 targets, more than 0"


def test_targets_count_on_each_instance() -> None:
    assert why(proposed("lab-1", "lab-2", endpoint=["A", "B", "C"]), Rules(), FREE) == "it has 6 targets, more than 5"


@pytest.mark.parametrize("pattern", ["isolate-endpoint", "isolate-*", "ISOLATE-*@lab-1", "*@LAB-*", "*"])
def test_a_command_that_an_admin_named_always_needs_it(pattern: str) -> None:
    assert why(proposed(endpoint="A"), Rules(commands=(pattern,)), FREE) == f"`{pattern}` always needs it"


@pytest.mark.parametrize("pattern", ["restore-*", "isolate", "isolate-*@other", ""])
def test_a_pattern_names_no_other_command_and_no_other_instance(pattern: str) -> None:
    assert why(proposed(endpoint="A"), Rules(commands=(pattern,)), FREE) == ""


def test_every_reason_is_told() -> None:
    guarded = Guarded(protected=Protected.read("dc-*"), known=KnownHosts())
    said = why(proposed(endpoint="a,b,c,d,e,DC-01"), Rules(commands=("isolate-*",)), guarded)
    assert said == (
        "`isolate-*` always needs it and it has 6 targets, more than 5 and DC-01 is a protected host"
        " (`dc-*` in the list protected_hosts)"
    )
