"""Code that the server itself runs (a fetch, a test, mirroring) may read, and changes nothing."""

import pytest

from tests.services.execution.test_server_api import world
from tests.services.world import an_instance
from warroom.model.json import Json
from warroom.services.commands.targets import Resolved
from warroom.services.execution.call import Call, Origin
from warroom.services.ports.store import IncidentQuery
from warroom.testing.runner import FakeCode


@pytest.mark.parametrize(
    ("method", "args"),
    [
        ("setContext", {"contextPath": "A", "value": 1}),
        ("executeCommand", {"command": "createNewIncident", "args": {"name": "x"}}),
        ("executeCommand", {"command": "act", "args": {}}),
        ("executeCommand", {"command": "Inner", "args": {}}),
    ],
    ids=["context", "built-in", "action", "a script that sets a key"],
)
async def test_what_nothing_would_keep_is_refused(method: str, args: dict[str, Json]) -> None:
    async def look(code: FakeCode) -> list[Json]:
        answer = await code.call(method, args)
        return answer if isinstance(answer, list) else ["ok"]

    async def inner(code: FakeCode) -> list[Json]:
        await code.call("setContext", {"contextPath": "A", "value": 1})
        return []

    lab_world = world(**{"test-module": look, "Inner": inner})
    await lab_world.begin()
    call = Call(incident=lab_world.incident, resolved=Resolved(name="test-module"), origin=Origin(actor="ana"))
    ran = await lab_world.executor.test(an_instance(), lab_world.incident, call)
    assert "changes something, which a fetch, a test or mirroring may not do." in f"{ran.error} {ran.results}"
    assert len(await lab_world.store.incidents(IncidentQuery())) == 1
    assert await lab_world.context() == {}


async def test_what_only_reads_is_answered_in_code_that_the_server_runs() -> None:
    async def look(code: FakeCode) -> list[Json]:
        await code.call("executeCommand", {"command": "read", "args": {}})
        await code.call("executeCommand", {"command": "getIncidents", "args": {}})
        return ["ok"]

    lab_world = world(**{"test-module": look})
    await lab_world.begin()
    call = Call(incident=lab_world.incident, resolved=Resolved(name="test-module"), origin=Origin(actor="ana"))
    ran = await lab_world.executor.test(an_instance(), lab_world.incident, call)
    assert (ran.results, ran.error) == (["ok"], "")
