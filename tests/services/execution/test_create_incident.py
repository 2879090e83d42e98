"""createNewIncident: what it stores, with which plan, and that it does so once."""

import pytest

from tests.services.world import World, command, lab, note, playbook, script
from warroom.content.incident_type import IncidentField, IncidentType
from warroom.model.errors import ForbiddenError, InvalidInputError, NotFoundError
from warroom.model.ids import IncidentId
from warroom.model.incident import Incident, Label, Severity, Status
from warroom.model.json import Json
from warroom.model.plan import PlanState, TaskState
from warroom.model.user import Role
from warroom.services.commands.targets import Resolved
from warroom.services.execution.builtins import BUILTINS
from warroom.services.execution.call import Call, Origin, Outcome
from warroom.services.ports.store import IncidentQuery
from warroom.testing.runner import FakeCode

SAY = "'1': {id: '1', taskid: a, type: regular, task: {id: a, name: say, script: 'Lab|||say'}}"
CREATE = """
'1': {id: '1', taskid: a, type: regular, task: {id: a, name: make, script: 'Builtin|||createNewIncident'},
      scriptarguments: {name: {simple: 'Second of ${incident.id}'}, type: {simple: Phishing}},
      nexttasks: {'#none#': ['2']}}
'2': {id: '2', taskid: b, type: regular, task: {id: b, name: tell, script: 'Lab|||say'},
      scriptarguments: {what: {simple: '${CreatedIncidentID}'}}}
"""


def said(code: FakeCode) -> list[Json]:
    return [note(f"said {code.run.args.get('what', 'something')} on {code.run.investigation}")]


def world() -> World:
    phishing = IncidentType(id="Phishing", name="Phishing", playbook="Follow", autorun=True)
    plain = IncidentType(id="Plain", name="Plain", playbook="Follow", autorun=False)
    return World(
        lab(command("say", "what")),
        {"say": said},
        playbooks={"Follow": playbook(SAY, "Follow")},
        types=[phishing, plain],
        fields=[IncidentField(id="incident_host", cli_name="hostname", name="Host Name")],
        scripts={"Make": script("Make")},
    )


async def others(lab_world: World) -> list[Incident]:
    return [one for one in await lab_world.store.incidents(IncidentQuery()) if one.id != lab_world.incident.id]


async def created(lab_world: World, *, rights: Role = Role.ADMIN, **args: Json) -> Outcome:
    origin = Origin(actor="ana", rights=rights)
    call = Call(incident=lab_world.incident, resolved=Resolved(name="createNewIncident"), args=args, origin=origin)
    return await BUILTINS["createNewIncident"](lab_world.executor._server(), call)


async def test_a_playbook_creates_an_incident_whose_playbook_runs() -> None:
    lab_world = world()
    plan = await lab_world.play(playbook(CREATE))
    assert plan.state is PlanState.COMPLETED
    [second] = await others(lab_world)
    assert (second.name, second.type, second.playbook) == (f"Second of {lab_world.incident.id}", "Phishing", "Follow")
    assert second.status is Status.ACTIVE
    assert second.source_instance == ""
    assert f"said {second.id} on {lab_world.incident.id}" in await lab_world.said()
    [follow] = await lab_world.store.plans(second.id)
    await lab_world.conductor.drive(follow.id)
    entries = [entry.contents for entry in await lab_world.store.entries(second.id)]
    assert entries == [f"said something on {second.id}"]


async def test_what_it_is_given_is_stored_in_the_fields_types() -> None:
    lab_world = world()
    await lab_world.begin()
    done = await created(
        lab_world,
        name="Odd host",
        severity="High",
        details="seen twice",
        occurred="2026-11-24T10:00:00Z",
        customFields='{"hostname": "FIN-1"}',
        labels=[{"Email/from": "a@b.example"}],
        owner="ana",
        phase="",
    )
    [made] = done.created
    incident = made.incident
    assert (incident.severity, incident.details, incident.owner) == (Severity.HIGH, "seen twice", "ana")
    assert incident.custom_fields == {"hostname": "FIN-1"}
    assert incident.labels == (Label(type="Email/from", value="a@b.example"),)
    assert incident.occurred.isoformat() == "2026-11-24T10:00:00+00:00"
    assert (incident.type, incident.status, made.plan) == ("Unclassified", Status.PENDING, None)
    assert done.raw[0]["EntryContext"] == {"CreatedIncidentID": incident.id}


async def test_a_type_whose_playbook_waits_for_a_person_starts_none() -> None:
    lab_world = world()
    await lab_world.begin()
    [made] = (await created(lab_world, name="Plain one", type="Plain")).created
    assert (made.plan, made.incident.type) == (None, "Plain")


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ({}, "createNewIncident needs the argument 'name'"),
        ({"name": "  "}, "createNewIncident needs the argument 'name'"),
        ({"name": "x", "type": "Nothing"}, "Nothing"),
        ({"name": "x", "owner": "nobody"}, "there is no such user"),
        ({"name": "x", "occurred": "soon"}, "soon"),
        ({"name": "x", "customFields": "[1]"}, "customFields is not a JSON object"),
        ({"name": "x", "nosuchfield": "1"}, "There is no incident field 'nosuchfield'"),
    ],
)
async def test_what_makes_no_incident_is_refused(args: dict[str, Json], told: str) -> None:
    lab_world = world()
    await lab_world.begin()
    with pytest.raises((InvalidInputError, NotFoundError), match=told):
        await created(lab_world, **args)


async def test_a_reader_creates_nothing() -> None:
    lab_world = world()
    await lab_world.begin()
    with pytest.raises(ForbiddenError):
        await created(lab_world, rights=Role.READER, name="x")


async def test_a_failed_creation_fails_the_task_and_stores_nothing() -> None:
    lab_world = world()
    plan = await lab_world.play(playbook(CREATE.replace("simple: Phishing", "simple: Nothing")))
    assert plan.state is PlanState.FAILED
    assert (await lab_world.tasks(plan))["1"].state is TaskState.ERROR
    assert await others(lab_world) == []


async def test_a_script_creates_several() -> None:
    async def make(code: FakeCode) -> list[Json]:
        made: list[Json] = []
        for name in ("one", "two"):
            args: dict[str, Json] = {"name": name}
            results = await code.call("executeCommand", {"command": "createNewIncident", "args": args})
            made.append(results[0]["EntryContext"]["CreatedIncidentID"])
        return [note(",".join(map(str, made)))]

    lab_world = world()
    lab_world.runner.table["Make"] = make
    await lab_world.play(playbook(SAY.replace("'Lab|||say'", "Make")))
    stored = {one.id: one.name for one in await others(lab_world)}
    [entry] = await lab_world.said()
    first, second = (IncidentId(number) for number in str(entry).split(","))
    assert stored == {first: "one", second: "two"}
