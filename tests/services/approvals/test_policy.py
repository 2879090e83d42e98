import pytest

from warroom.model.json import Json
from warroom.services.approvals.hosts import KnownHosts, Protected
from warroom.services.approvals.policy import HostFacts, ProposedAction, why
from warroom.services.approvals.rules import Rules
from warroom.testing.samples import an_incident

FREE = HostFacts(protected=Protected(), known=KnownHosts())


def proposed(*instances: str, **args: Json) -> ProposedAction:
    return ProposedAction(command="isolate-endpoint", instances=instances or ("lab-1",), args=args, declared={})


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
    guarded = HostFacts(protected=Protected.read("dc-*"), known=KnownHosts())
    said = why(proposed(endpoint="a,b,c,d,e,DC-01"), Rules(commands=("isolate-*",)), guarded)
    assert said == (
        "`isolate-*` always needs it and it has 6 targets, more than 5 and DC-01 is a protected host"
        " (`dc-*` in the list protected_hosts)"
    )


GUID = "7f3c0a2e-0000-4000-8000-00000000000a"
KNOWING = KnownHosts.of({"E": [{"agent_guid": GUID, "endpoint_name": "FIN-7", "ip": ["10.9.9.1"]}]}, an_incident())


@pytest.mark.parametrize("value", [GUID, GUID.upper(), "10.9.9.1", "fe80::9", ["FIN-8", GUID]])
@pytest.mark.parametrize("name", ["agent_guid", "endpoint", "hostname"])
def test_a_host_of_which_nobody_knows_the_name_may_be_a_protected_one(name: str, value: Json) -> None:
    asked = proposed(**{name: value})
    said = why(asked, Rules(), HostFacts(protected=Protected.read("dc-*"), known=KnownHosts()))
    assert said.startswith("nothing in this incident says which host ")
    assert why(asked, Rules(), FREE) == ""


@pytest.mark.parametrize("args", [{"agent_guid": GUID}, {"endpoint": "10.9.9.1"}, {"endpoint": "FIN-9"}])
def test_one_whose_name_is_known_is_not_asked_about(args: dict[str, Json]) -> None:
    assert why(proposed(**args), Rules(), HostFacts(protected=Protected.read("dc-*"), known=KNOWING)) == ""


def test_what_is_no_host_is_not_asked_about() -> None:
    guarded = HostFacts(protected=Protected.read("dc-*"), known=KnownHosts())
    assert why(proposed(object_value=["203.0.113.7"], task_id=GUID), Rules(), guarded) == ""
