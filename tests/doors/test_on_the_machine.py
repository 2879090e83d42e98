"""What a command line is told, through the whole of an incident."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

import pytest

from warroom.model.errors import ConflictError, InvalidInputError, NotFoundError
from warroom.services.app import App
from warroom.testing.samples import an_actor
from warroom.web.perform import perform

Do: TypeAlias = Callable[..., Coroutine[Any, Any, Any]]


@pytest.fixture
def do(app: App) -> Do:
    """Performs an operation as ana."""

    async def do(operation: str, **asked: Any) -> Any:
        return await perform(app, operation, asked, an_actor())

    return do


async def until(do: Do, condition: Callable[[], Coroutine[Any, Any, bool]]) -> None:
    """Look again after each thing that happens."""
    async with asyncio.timeout(60):
        while not await condition():
            await do("events", after=await do("events.last"), seconds=0.1)


def text(entry: dict[str, Any]) -> str:
    return str(entry["human_readable"] or entry["contents"])


async def test_a_command_runs_to_its_end_and_gives_its_own_entries_only(do: Do) -> None:
    await do("incident.create", name="One")
    await do("say", text="before", incident="1")
    ran = await do("run", text="!Print value=hello", incident="1")
    assert (ran["incident"], ran["state"]) == ("1", "completed")
    assert [text(entry) for entry in ran["entries"]] == ["hello"]


async def test_a_command_that_fails_gives_its_error_as_an_entry(do: Do) -> None:
    ran = await do("run", text="!PrintErrorEntry message=broke")
    assert [(entry["type"], text(entry)) for entry in ran["entries"]] == [(4, "broke")]


async def test_without_an_incident_a_command_runs_on_the_playground_which_no_list_shows(do: Do) -> None:
    ran = await do("run", text="!Print value=hello")
    assert ran["incident"] == (await do("incident.playground"))["id"]
    assert await do("incident.list") == []


async def test_a_started_command_comes_back_at_once_and_ends_later(do: Do) -> None:
    started = await do("start", text="!Print value=hello")

    async def ended() -> bool:
        return bool((await do("plan.show", plan=started["plan"]))["state"] == "completed")

    await until(do, ended)
    assert [text(entry) for entry in await do("entries", incident=started["incident"])] == ["hello"]


async def test_entries_can_be_asked_from_a_number_on(do: Do) -> None:
    await do("incident.create", name="One")
    for note in "abc":
        await do("say", text=note, incident="1")
    found = await do("entries", incident="1", after=1)
    assert [(entry["id"], text(entry), entry["note"]) for entry in found] == [("2@1", "b", True), ("3@1", "c", True)]


async def test_a_note_on_an_incident_that_does_not_exist_is_refused(do: Do) -> None:
    with pytest.raises(NotFoundError, match="99"):
        await do("say", text="lost", incident="99")


async def test_events_wait_for_the_first_one(do: Do) -> None:
    last = await do("events.last")
    waiting = asyncio.create_task(do("events", after=last, seconds=20))
    await asyncio.sleep(0)
    await do("incident.create", name="One")
    [event] = await waiting
    assert (event["sequence"], event["kind"], event["incident"], event["name"]) == (last + 1, "incident", "1", "One")


async def test_events_come_back_empty_when_nothing_happens(do: Do) -> None:
    last = await do("events.last")
    assert await do("events", after=last) == []
    assert await do("events", after=last, seconds=0.01) == []


async def test_incidents_are_found_by_what_they_are(do: Do) -> None:
    await do("incident.create", name="Low one", severity="low")
    await do("incident.create", name="High one", severity="high", details="more")
    assert [found["name"] for found in await do("incident.list", severity="high")] == ["High one"]
    assert [found["name"] for found in await do("incident.list", text="low")] == ["Low one"]
    assert [found["name"] for found in await do("incident.list", limit=1)] == ["High one"]
    with pytest.raises(InvalidInputError, match="'grave' is no severity"):
        await do("incident.list", severity="grave")


async def test_an_incident_is_shown_with_plans_fields_and_context_but_without_typed_commands(do: Do) -> None:
    await do("incident.create", name="One", details="more")
    await do("run", text="!Set key=colour value=red", incident="1")
    await do("playbook.run", name="Ask", incident="1", wait=True)
    shown = await do("incident.show", id="1")
    assert [plan["playbook"] for plan in shown["plans"]] == ["Ask"]
    assert shown["context"] == {"colour": "red"}
    assert shown["details"] == "more"


async def test_an_incident_is_closed_with_its_reason(do: Do) -> None:
    await do("incident.create", name="One")
    closed = await do("incident.close", id="1", reason="Resolved", notes="Nothing left.")
    assert (closed["status"], closed["close_reason"]) == (2, "Resolved")


async def test_a_playbook_waits_for_a_person_and_the_answer_ends_it(do: Do) -> None:
    plan = await do("playbook.run", name="Ask", wait=True)
    assert plan["state"] == "waiting"
    [waiting] = await do("task.list")
    assert (waiting["plan"], waiting["playbook"], waiting["options"]) == (plan["plan"], "Ask", ["yes", "no"])
    ended = await do("task.answer", plan=plan["plan"], task=waiting["task"], choice="YES")
    assert ended["state"] == "completed"
    assert await do("task.list") == []


async def test_a_playbook_that_nobody_waits_for_is_driven_all_the_same(do: Do) -> None:
    plan = await do("playbook.run", name="Ask")
    assert plan["state"] == "inprogress"

    async def asks() -> bool:
        return bool(await do("task.list"))

    await until(do, asks)


async def test_an_instance_that_does_not_exist_is_named(do: Do) -> None:
    for operation in ("instance.test", "instance.remove", "instance.fetch"):
        with pytest.raises(NotFoundError, match="no instance 'v9'"):
            await do(operation, name="v9")


async def test_an_instance_that_does_not_fetch_is_not_fetched_from_in_silence(do: Do) -> None:
    secrets = {"apikey": "key"}
    await do("instance.add", name="v1", integration="VisionOneResponse", params={"url": "http://x"}, secrets=secrets)
    with pytest.raises(ConflictError, match="does not fetch"):
        await do("instance.fetch", name="v1")


async def test_what_can_be_listed_is_there(do: Do) -> None:
    assert {"Desk", "VisionOneResponse"} <= {pack["id"] for pack in await do("pack.list")}
    assert "Ask" in [playbook["name"] for playbook in await do("playbook.list")]
    assert "SaveText" in await do("commands")
    assert await do("names") == []
    assert await do("instance.list") == []
    assert await do("doctor")


@pytest.mark.parametrize("turns", range(3))
async def test_who_stops_listening_stops_also_in_the_turn_in_which_something_happens(app: App, turns: int) -> None:
    after = await perform(app, "events.last", {}, an_actor())
    waiting = asyncio.create_task(perform(app, "events", {"after": after, "seconds": 600}, an_actor()))
    async with asyncio.timeout(60):
        while not (heard := [listener for listener in app.journal._listeners if listener._waiters]):  # noqa: ASYNC110  # asyncio tells nobody
            await asyncio.sleep(0)
        heard[0].set()
        for _ in range(turns):
            await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting


async def test_the_playground_takes_no_incidents_place_in_a_short_list(do: Do) -> None:
    await do("incident.create", name="One")
    playground = await do("incident.playground")
    assert [found["name"] for found in await do("incident.list", limit=1)] == ["One"]
    assert playground["id"] not in [found["id"] for found in await do("incident.list")]
