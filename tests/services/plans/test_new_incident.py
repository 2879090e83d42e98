import pytest

from tests.services.world import REQUIRED, World, command, lab, playbook
from warroom.content.incident_type import IncidentType
from warroom.model.errors import InvalidInputError
from warroom.model.incident import Status
from warroom.model.json import Json
from warroom.model.plan import QueueJob
from warroom.services.plans.new_incident import with_playbook
from warroom.testing.samples import an_incident

SAY = "'1': {id: '1', taskid: a, type: regular, task: {id: a, name: say, script: 'Lab|||say'}}"


def world(need: Json = None, *, autorun: bool = True) -> World:
    book = playbook(SAY, "Follow", inputs={"word": need} if need is not None else {})
    kind = IncidentType(id="Phishing", name="Phishing", playbook="Follow", autorun=autorun)
    return World(lab(command("say")), {}, playbooks={"Follow": book}, types=[kind])


async def test_the_playbook_of_the_type_is_prepared_with_its_job() -> None:
    lab_world = world()
    made = await with_playbook(lab_world.plans, an_incident(type="Phishing"), "ana")
    assert made.plan is not None
    assert made.plan.started_by == "ana"
    assert list(made.plans) == [made.plan]
    assert list(made.jobs) == [QueueJob(kind="plan", target=made.plan.id)]
    assert (made.incident.status, made.incident.playbook) == (Status.ACTIVE, "Follow")


@pytest.mark.parametrize(("kind", "autorun"), [("Unclassified", True), ("Nothing", True), ("Phishing", False)])
async def test_a_type_without_one_that_runs_by_itself_has_none(kind: str, *, autorun: bool) -> None:
    incident = an_incident(type=kind)
    made = await with_playbook(world(autorun=autorun).plans, incident, "ana")
    assert (made.incident, made.plan, list(made.plans), list(made.jobs)) == (incident, None, [], [])


async def test_a_playbook_that_cannot_start_is_said() -> None:
    with pytest.raises(InvalidInputError, match="needs its input 'word'"):
        await with_playbook(world(REQUIRED).plans, an_incident(type="Phishing"), "ana")
