"""Whatever somebody sends can be stored, found and read again, in every database: in bodies to the letter."""

import json

import pytest

from tests.hostile import TEXTS, tree
from tests.services.world import an_instance
from warroom.model.context import ContextPatch, PatchKind
from warroom.model.ids import IncidentId, InstanceId, PlanId, TaskKey
from warroom.model.incident import Incident, Label, Mirror
from warroom.model.json import JsonObject
from warroom.model.plan import Answer, Frame, Intent, TaskState, Wait, WaitKind
from warroom.services.ports.fetches import LastRun
from warroom.services.ports.store import ActionQuery, IncidentQuery, Store
from warroom.store.body import plain
from warroom.testing.clock import START
from warroom.testing.samples import a_plan, a_task, an_entry, an_incident, some_changes

VALUES: JsonObject = json.loads(json.dumps(tree()))
HOME = IncidentId("1")


def hostile_incident(text: str) -> Incident:
    return an_incident(
        1,
        name=text,
        type=text,
        owner=text,
        details=text,
        raw_json=text,
        mirror=Mirror(instance=text, id=text, direction=text, tags=(text,)),
        labels=(Label(type=text, value=text),),
    )


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_it_is_kept_wherever_it_stands(store: Store, text: str) -> None:
    incident = hostile_incident(text)
    entry = an_entry(
        1, contents=text, human_readable=text, command=text, actor=text, tags=(text,), context={text: text}
    )
    plan = a_plan("p1", frame=Frame(playbook=text, name=text, inputs={text: text}), error=text, started_by=text)
    wait = Wait(kind=WaitKind.PERSON, since=START, data={"question": text, text: [text]})
    task = a_task("1", name=text, state=TaskState.WAITING, inputs={text: text}, error=text, wait=wait)
    key = {"plan": PlanId("p1"), "key": TaskKey("1"), "attempt": 1}
    intent = Intent(**key, command=text, started=START, actor=text, target={text: text}, answer=text)  # type: ignore[arg-type]
    answer = Answer(**key, choice=text, comment=text, form={text: text}, actor=text, at=START)  # type: ignore[arg-type]
    patch = ContextPatch(incident=HOME, kind=PatchKind.MERGE, value={text: {text: text}})
    everything = some_changes(
        actor=text, incidents=[incident], entries=[entry], plans=[plan], tasks=[task], intents=[intent], patches=[patch]
    )
    await store.commit(everything)
    await store.commit(some_changes(actor=text, answers=[answer]))
    assert await store.incident(HOME) == incident
    assert await store.entries(HOME) == [entry]
    assert await store.tasks(plan.id) == [task]
    assert await store.answers(plan.id) == [answer]
    assert [(one.target, one.answer) for one in await store.intents(plan.id)] == [({text: text}, text)]
    assert (await store.plan(plan.id)).frame == plan.frame
    assert [one.value for _, one in (await store.context_log(HOME)).patches] == [patch.value]
    assert {plain(event.actor) for event in await store.events()} == {plain(text)}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_it_can_be_asked_for(store: Store, text: str) -> None:
    instance = an_instance(text)
    mirror = Mirror(instance=instance.name, id=text)
    incident = an_incident(1, name=f"needle {text}", type=text, owner=text, mirror=mirror, source_id=instance.id)
    await store.commit(some_changes(incidents=[incident]))
    for query in (IncidentQuery(text=f"needle {text[:400]}"), IncidentQuery(type=text), IncidentQuery(owner=text)):
        assert [one.id for one in await store.incidents(query)] == [HOME]
        assert await store.count_incidents(query) == 1
    assert await store.known_mirrors(instance, [text]) == {text: HOME}
    assert await store.actions(ActionQuery(actor=text, command=text)) == []


async def test_a_tree_of_it_is_kept_to_the_letter(store: Store) -> None:
    instance = an_instance("lab", params=VALUES)
    await store.save_instance(instance, "ana", START)
    incident = an_incident(1, custom_fields=VALUES)
    patch = ContextPatch(incident=HOME, kind=PatchKind.MERGE, value={"Hostile": VALUES})
    last_run = LastRun(instance=InstanceId(instance.id), value=VALUES)
    await store.commit(some_changes(incidents=[incident], patches=[patch], last_run=last_run))
    await store.save_integration_context(InstanceId(instance.id), VALUES, None)
    ((_, logged),) = (await store.context_log(HOME)).patches
    found = (
        (await store.incident(HOME)).custom_fields,
        (await store.instances())[0].params,
        await store.last_run(InstanceId(instance.id)),
        (await store.integration_context(InstanceId(instance.id))).value,
        logged.value["Hostile"],
    )
    for value in found:
        assert repr(dict(value)) == repr(VALUES)  # a value that is no number equals nothing, not even itself


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_lists_and_memories_keep_it(store: Store, text: str) -> None:
    await store.save_list(plain(text), text, text, START)
    assert await store.change_list(plain(text), lambda held: f"{held}{text}", text, START)
    assert {plain(name): plain(held) for name, held in (await store.lists()).items()} == {plain(text): plain(text * 2)}
    await store.save_content("c0ffee", plain(text))
    assert await store.content("c0ffee") == plain(text)
