"""Which end is of which action."""

from datetime import timedelta

from warroom.content.integration import Argument
from warroom.model.ids import IncidentId, TaskKey
from warroom.model.json import Json
from warroom.model.plan import Intent
from warroom.services.approvals.hosts import KnownHosts
from warroom.services.audit.ends import Ends, Target, targets
from warroom.services.ports.store import Action
from warroom.testing.clock import START
from warroom.testing.samples import a_plan, an_incident

ONE, TWO = IncidentId("1"), IncidentId("2")
GUIDS = [f"6d0c8a90-0000-4000-8000-00000000000{number}" for number in range(3)]


def known(*names: str) -> KnownHosts:
    hosts: list[Json] = [{"agentGuid": guid, "hostName": name} for guid, name in zip(GUIDS, names, strict=False)]
    return KnownHosts.of({"Hosts": hosts}, an_incident())


def on(incident: IncidentId, minutes: int = 0, **target: Json) -> Action:
    plan = a_plan(incident=int(incident))
    started = START + timedelta(minutes=minutes)
    intent = Intent(
        plan=plan.id, key=TaskKey("1"), attempt=1, command="isolate", started=started, actor="", target=target
    )
    return Action(plan=plan, intent=intent)


def the_target(incident: IncidentId, minutes: int, **target: Json) -> Target:
    (found,) = targets(on(incident, minutes, **target), {})
    return found


def test_a_host_is_known_by_the_argument_and_a_choice_is_no_target() -> None:
    declared = {"kind": Argument(name="kind", predefined=("ip",))}
    found = targets(on(ONE, host_name="::FFFF:10.0.0.7", value="A.example.", kind="ip", reason="why"), declared)
    assert [(one.name, one.is_host) for one in found] == [("10.0.0.7", True), ("a.example", False)]


def test_only_what_ended_later_is_undone() -> None:
    ends = Ends.of([the_target(ONE, 5, host="srv1")], {ONE: known("srv1.lab.example")})
    assert ends.undone(the_target(ONE, 4, host=GUIDS[0]))
    assert not ends.undone(the_target(ONE, 6, host=GUIDS[0]))


def test_the_latest_of_several_ends_counts() -> None:
    ends = Ends.of([the_target(ONE, at, host="srv1") for at in (1, 5)], {ONE: known(), TWO: known("SRV1")})
    assert ends.undone(the_target(TWO, 3, host=GUIDS[0]))


def test_of_two_hosts_of_one_name_in_one_incident_the_same_words_mean_the_same() -> None:
    both = known("srv1.a.example", "srv1.b.example")
    ends = Ends.of([the_target(ONE, 5, host="srv1")], {ONE: both, TWO: known("srv1.a.example")})
    assert ends.undone(the_target(ONE, 1, host="srv1"))
    assert not ends.undone(the_target(TWO, 1, host="srv1"))
    assert not ends.undone(the_target(ONE, 1, host="srv1.a.example"))
