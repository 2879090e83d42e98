"""A playbook of one task, and a world in which it does something."""

import json

from tests.services.world import World, command, lab, note, playbook
from warroom.content.incident_type import IncidentField
from warroom.content.playbook import Playbook
from warroom.model.json import Json
from warroom.model.plan import PlanRecord, TaskState
from warroom.testing.runner import FakeFunction

FIELDS = (IncidentField(id="host", name="Host Name", cli_name="hostname"),)


def book(script_: str = "Lab|||read", arguments: dict[str, Json] | None = None, **task: Json) -> Playbook:
    """Write a playbook of one task; it has an input `hosts`."""
    given = {key: {"simple": value} for key, value in (arguments or {}).items()}
    inner = {"id": "a", "name": "look", "script": script_}
    node = {"id": "1", "taskid": "a", "type": "regular", "task": inner, "scriptarguments": given, **task}
    return playbook(f"'1': {json.dumps(node)}", inputs={"hosts": None})


def world(**table: FakeFunction) -> World:
    commands = (command("read", "what", "password"), command("act", "what", execution=True))
    base: dict[str, FakeFunction] = {
        "read": lambda code: [note(f"read {code.run.args.get('what')}", Read=code.run.args.get("what"))],
        "act": lambda _: [note("acted")],
    }
    return World(lab(*commands), {**base, **table}, fields=FIELDS)


async def the_task(lab_world: World, plan: PlanRecord) -> tuple[TaskState, str]:
    task = (await lab_world.tasks(plan))["1"]
    return task.state, task.error


def scheduled(text: str = "", *, name: str = "read", seconds: int = 30, **args: Json) -> dict[str, Json]:
    polling = {"PollingCommand": name, "NextRun": str(seconds), "Timeout": "600", "PollingArgs": args}
    return {"Type": 1, "ContentsFormat": "text", "Contents": text, **polling}
