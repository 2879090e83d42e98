"""The War Room of a prompt: follows the events of one incident, and starts typed commands."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from warroom.cli.asking import options_of
from warroom.cli.door import Door
from warroom.cli.entries import entries_of
from warroom.cli.output import first_line, print_line, print_refusal, print_said
from warroom.model.errors import WarroomError
from warroom.model.json import Json, JsonObject
from warroom.model.plan import ENDED, FOR_PEOPLE, PlanKind, PlanState

WAIT_SECONDS = 5.0  # how long one question for events stays open
RETRY_SECONDS = 1.0
ANNOUNCED_ONE_BY_ONE = 3


class Screen(Protocol):
    """Where a War Room is shown."""

    async def show(self, paint: Callable[[], object]) -> None:
        """Print something without disturbing what is being typed."""
        ...

    def refresh(self) -> None:
        """Redraw the toolbar: the incident, and what runs."""
        ...


class Room:
    """One incident at a time; `plans` are the work plans that run on it, `standing` is the state of each."""

    def __init__(self, door: Door, screen: Screen) -> None:
        self.door = door
        self.screen = screen
        self.incident: JsonObject = {"id": "", "name": ""}
        self.plans: dict[str, JsonObject] = {}
        self.standing: dict[str, str] = {}
        self.refused = 0
        self.has_news = asyncio.Event()
        self._after = 0
        self._asked: set[tuple[str, str]] = set()
        self._started: set[asyncio.Task[None]] = set()

    async def open(self, incident: str | None) -> None:
        """Begin to look from now on, at an incident or at the playground."""
        chosen = incident or str((await self.door.call("incident.playground"))["id"])
        self._after = await self.door.call("events.last")
        await self.enter(chosen)

    async def enter(self, incident: str) -> None:
        """Switch to another incident; raises NotFoundError and stays when there is none."""
        found = await self.door.call("incident.show", id=incident)
        self.incident, self.plans, self.standing = found, {}, {}
        for plan in found["plans"]:
            await self._see(plan)
        self.screen.refresh()

    def run(self, text: str) -> None:
        """Run a typed command in the background; its entries are shown as they arrive."""
        self.do("run", text=text, incident=self.incident["id"])

    def do(self, operation: str, **asked: Json) -> None:
        """Run something that may take long in the background; only an error is shown."""
        task = asyncio.create_task(self._do(operation, asked))
        self._started.add(task)
        task.add_done_callback(self._started.discard)

    async def refuse(self, sentence: str) -> None:
        self.refused += 1
        await self.screen.show(lambda: print_refusal(sentence))

    async def say(self, sentence: str) -> None:
        await self.screen.show(lambda: print_line(sentence))

    async def settle(self) -> None:
        """Wait for what was begun here."""
        await asyncio.gather(*self._started)

    async def close(self) -> None:
        """Stop following what was begun here and still runs."""
        started = list(self._started)
        for task in started:
            task.cancel()
        await asyncio.gather(*started, return_exceptions=True)

    async def follow(self) -> None:
        """Show events until cancelled; wait for the server when it does not answer."""
        is_lost = False
        while True:
            try:
                await self.look()
            except WarroomError as error:
                if not is_lost:
                    await self.refuse(str(error))
                is_lost = True
                await asyncio.sleep(RETRY_SECONDS)
            else:
                if is_lost:
                    await self.say("That works again.")
                is_lost = False

    async def look(self, seconds: float = WAIT_SECONDS) -> None:
        """Show what has happened since the last call; waits for the first event."""
        events = await self.door.call("events", after=self._after, seconds=seconds)
        if not events:
            return
        self._after = events[-1]["sequence"]
        self.has_news.set()
        here = [event for event in events if event["incident"] == self.incident["id"]]
        await self._announce(events)
        await self._show_entries([event for event in here if event["kind"] == "entry"])
        for plan in dict.fromkeys(filter(None, map(_plan_of, here))):
            await self._see(await self.door.call("plan.show", plan=plan))
        self.screen.refresh()

    async def _do(self, operation: str, asked: JsonObject) -> None:
        try:
            await self.door.call(operation, **asked)
        except WarroomError as error:
            await self.refuse(str(error))

    async def _announce(self, events: Iterable[JsonObject]) -> None:
        new = [event for event in events if event["kind"] == "incident" and event.get("change") == "created"]
        if len(new) > ANNOUNCED_ONE_BY_ONE:
            await self.say(f"{len(new)} new incidents; /incidents lists them.")
            return
        for event in new:
            await self.say(f"New incident {event['incident']}: {event['name']}")

    async def _show_entries(self, events: Sequence[JsonObject]) -> None:
        """Show new entries; numbers can be committed out of order, so the last one seen is no position.

        An entry that replaces an earlier one is shown with the running plans: printed lines cannot be changed.
        """
        if not events:
            return
        touched = {event["id"] for event in events}
        new = {event["id"] for event in events if event["change"] == "created"}
        first = min(int(entry.partition("@")[0]) for entry in touched)
        found = await entries_of(self.door, self.incident["id"], first - 1)
        shown = [entry for entry in found if entry["id"] in new]
        if shown:
            await self.screen.show(lambda: print_said(shown))
        for entry in found:
            if entry["id"] in touched and entry["modified"] and entry["plan"]:
                self.standing[entry["plan"]] = first_line(entry)

    async def _see(self, plan: JsonObject) -> None:
        if plan["state"] in ENDED:
            known = self.plans.pop(plan["plan"], None)
            self.standing.pop(plan["plan"], None)
            if known and plan["state"] == PlanState.FAILED and plan["kind"] != PlanKind.COMMAND:
                await self.refuse(f"{plan['playbook']} failed: {plan['error']}")
            return
        self.plans[plan["plan"]] = plan
        for task in plan["tasks"]:
            await self._ask(plan, task)

    async def _ask(self, plan: JsonObject, task: JsonObject) -> None:
        wait = task["waits_for"]
        mark = (plan["plan"], task["id"])
        if not wait or wait["kind"] not in FOR_PEOPLE or mark in self._asked:
            return
        self._asked.add(mark)
        waiting = await self.door.call("task.list") if wait.get("request") else ()
        refused = next((item["refused"] for item in waiting if (item["plan"], item["task"]) == mark), "")
        question = " ".join(filter(None, (wait["question"] or task["name"], refused)))
        choices = " | ".join(options_of({**wait, "refused": refused}))
        answer = f"/answer {plan['plan']} {task['id']} {choices}".rstrip() + (" -- WHY" if wait.get("request") else "")
        form = f"`warroom task answer {plan['plan']} {task['id']}`, which asks its questions, or the console"
        await self.say(f"{question}  Answer: {form if wait['has_form'] else answer}")


def _plan_of(event: JsonObject) -> str:
    match event["kind"]:
        case "plan":
            return str(event["id"])
        case "task":
            return str(event["plan"])
        case _:
            return ""
