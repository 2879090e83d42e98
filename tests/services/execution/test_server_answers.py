"""Methods of `demisto` that are built-in commands under another name, and those that are refused with a reason."""

from dataclasses import replace

import pytest

from tests.services.staff import sign_up
from tests.services.world import World, command, lab, playbook, script
from warroom.model.entry import EntryFormat
from warroom.model.ids import IncidentId
from warroom.model.json import Json
from warroom.model.plan import PlanRecord
from warroom.services.execution.server_answers import REFUSED, urls
from warroom.services.execution.settings import Settings
from warroom.services.ports.store import IncidentQuery
from warroom.testing.runner import FakeCode
from warroom.testing.samples import an_incident, some_changes

ONE = "'1': {id: '1', taskid: a, type: regular, task: {id: a, name: one, script: Outer}}"


async def asked(method: str, **args: Json) -> tuple[World, PlanRecord, Json]:
    """Let a script ask one thing; give the world, the plan and the answer."""
    answers: list[Json] = []

    async def outer(code: FakeCode) -> list[Json]:
        answers.append(await code.call(method, args))
        return []

    world = World(lab(command("read")), {"Outer": outer}, scripts={"Outer": script("Outer")})
    await sign_up(world.store.users, "bo")
    await world.store.commit(some_changes(incidents=[an_incident(2)]))
    world.executor.settings = Settings(public_url="https://soc.example/")
    return world, await world.play(playbook(ONE)), answers[0] if answers else None


@pytest.mark.parametrize(
    ("args", "found"),
    [({"username": "BO"}, "bo"), ({"username": "dee"}, None), ({"email": ""}, None), ({"email": "b@x.example"}, None)],
)
async def test_a_user_is_found_by_name_or_mail(args: dict[str, Json], found: str | None) -> None:
    _, plan, answer = await asked("findUser", **args)
    assert plan.error == ""
    assert answer.get("username") == found


async def test_incidents_are_created_with_the_task_and_their_ids_returned() -> None:
    incidents: Json = [{"name": "a", "severity": 3, "labels": [{"type": "From", "value": "x"}]}, {"name": "b"}]
    world, plan, answer = await asked("createIncidents", incidents=incidents)
    assert plan.error == ""
    made = {one.name: one for one in await world.store.incidents(IncidentQuery())}
    assert {one["name"]: one["id"] for one in answer} == {"a": made["a"].id, "b": made["b"].id}
    assert (int(made["a"].severity), made["a"].labels[0].value) == (3, "x")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"incidents": [{"name": "a"}], "lastRun": {"t": 1}}, "takes no lastRun here"),
        ({"incidents": [{}]}, "takes a list of incidents, each an object with a name"),
        ({"incidents": [{"name": "a", "type": "Nope"}]}, "There is no incident type `Nope`"),
    ],
)
async def test_incidents_that_cannot_be_created_are_said(args: dict[str, Json], words: str) -> None:
    world, plan, _ = await asked("createIncidents", **args)
    assert words in plan.error
    assert len(await world.store.incidents(IncidentQuery())) == 2


async def test_an_entry_is_added_to_an_incident_with_the_name_of_its_writer() -> None:
    world, plan, _ = await asked("addEntry", id="2", entry="Seen.", username="kim", footer="from the chat")
    assert plan.error == ""
    [entry] = await world.store.entries(IncidentId("2"))
    assert (entry.contents, entry.note, entry.format) == ("**kim**\nSeen.\nfrom the chat", True, EntryFormat.MARKDOWN)


async def test_the_console_is_named_by_its_public_address() -> None:
    _, _, answer = await asked("demistoUrls")
    assert (answer["server"], answer["warRoom"]) == ("https://soc.example", "https://soc.example/incidents/1")
    assert urls("", replace(an_incident(), id=IncidentId("7")))["investigation"] == "/incidents/7"


@pytest.mark.parametrize("method", sorted(REFUSED))
async def test_what_only_xsoar_s_server_has_is_refused_with_the_reason(method: str) -> None:
    _, plan, _ = await asked(method)
    assert f"demisto.{method} is not available: {REFUSED[method]}." in plan.error
