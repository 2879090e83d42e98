from warroom.model.context import ContextPatch, PatchKind
from warroom.model.ids import IncidentId, PlanId
from warroom.model.incident import Status
from warroom.model.plan import Frame, PlanRecord
from warroom.services.drive.batch import Batch
from warroom.services.execution.call import Outcome
from warroom.services.plans.playbook_replacement import Replacement
from warroom.testing.clock import START
from warroom.testing.samples import an_incident

OWN, OTHER = an_incident(1, status=Status.PENDING), an_incident(2, status=Status.DONE)


def sets(incident: IncidentId, name: str) -> Outcome:
    frame = Frame(playbook=name, name=name, content="")
    plan = PlanRecord(id=PlanId(f"plan-{name}"), incident=incident, frame=frame, created=START)
    return Outcome(replacements=[Replacement(plan=plan)])


def test_the_own_edits_and_the_playbooks_that_were_set_are_edits_of_their_incidents() -> None:
    batch = Batch(sets(OWN.id, "A") + sets(OTHER.id, "B"), edits=[lambda current: an_incident(1, name=current.name)])
    edits = batch.edits_by_incident(OWN.id)
    own, other = edits[OWN.id](OWN), edits[OTHER.id](OTHER)
    assert (own.playbook, own.status) == ("A", Status.ACTIVE)
    assert (other.playbook, other.status) == ("B", Status.DONE)


def test_context_comes_from_the_command_first_then_from_its_task() -> None:
    def patch(value: str) -> ContextPatch:
        return ContextPatch(incident=OWN.id, kind=PatchKind.MERGE, value={"Host": value})

    batch = Batch()
    for task in ("1", "2"):
        batch.outcome += Outcome(patches=[patch(f"{task}a")]) + Outcome(patches=[patch(f"{task}b")])
    assert [item.value["Host"] for item in batch.outcome.patches] == ["1a", "1b", "2a", "2b"]


def test_a_batch_that_edits_nothing_has_no_edits() -> None:
    assert Batch().edits_by_incident(OWN.id) == {}
