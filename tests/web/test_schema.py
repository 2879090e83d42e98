"""Whatever a client sends that the document allows, or does not: an answer as described, never a failure of ours."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation

from tests.cli.content import install_pack
from tests.web.clients import PASSWORD
from warroom.bootstrap.opening import open_app
from warroom.bootstrap.settings import Settings
from warroom.model.user import SYSTEM, Role
from warroom.web.api import API
from warroom.web.serving import serve_console

# They end what the others need, or start a process.
LEFT_OUT = ("sign_out", "set_up", "use_simulator", "change_password")
EXAMPLES = 4


PROFILE = settings(
    max_examples=EXAMPLES,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
    deadline=None,
)


def _can_be_wrong(operation: APIOperation[Any, Any, Any, Any]) -> bool:
    """Whether there is anything in a request that could be worded wrongly."""
    return bool(list(operation.query) or list(operation.body))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A console in a thread of its own: its address and an admin's key."""
    home = tmp_path_factory.mktemp("served") / "home"
    install_pack(home)
    ready, done = threading.Event(), asyncio.Event()
    found: list[str] = []
    loops: list[asyncio.AbstractEventLoop] = []

    async def serve() -> None:
        async with open_app(Settings(home=home)) as app, serve_console(app, "127.0.0.1", 0) as console:
            loops.append(asyncio.get_running_loop())
            await app.users.create("ana", PASSWORD, Role.ADMIN, SYSTEM)
            secret, _ = await app.users.create_key("ci", Role.ADMIN, SYSTEM)
            await app.incidents.create("One", SYSTEM)
            found.extend((console.address, secret))
            ready.set()
            await done.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert ready.wait(120)
    yield found[0], found[1]
    loops[0].call_soon_threadsafe(done.set)
    thread.join()


# Of schemathesis on Python 3.14; the next version of either may need it no more.
@pytest.mark.filterwarnings("ignore:It looks like .register_random. was passed:hypothesis.errors.HypothesisWarning")
def test_no_request_makes_the_server_fail(served: tuple[str, str]) -> None:
    address, key = served
    schema = schemathesis.openapi.from_url(f"{address}{API}/openapi.json")
    failures = []
    asked = 0

    def try_out(case: Case[Any]) -> None:
        nonlocal asked
        asked += 1
        answer = case.call(base_url=address, headers={"Authorization": f"Bearer {key}"})
        if answer.status_code >= 500:
            failures.append(f"{case.method} {case.formatted_path} {case.query} {case.body!r}: {answer.text[:300]}")
        elif str(answer.status_code) not in case.operation.definition.raw["responses"]:
            failures.append(f"{case.method} {case.formatted_path} does not say that it may be {answer.status_code}")
        elif answer.status_code < 300 and not case.operation.is_valid_response(answer):
            failures.append(f"{case.method} {case.formatted_path} is not as described: {answer.text[:300]}")

    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if operation.definition.raw["operationId"] in LEFT_OUT:
            continue
        known = {"incident_id": "1"} if "{incident_id}" in operation.path else None
        for mode in GenerationMode:
            if mode is GenerationMode.NEGATIVE and not _can_be_wrong(operation):
                continue
            cases = operation.as_strategy(generation_mode=mode, path_parameters=known)
            PROFILE(given(case=cases)(try_out))()
    assert failures == []
    assert asked > 100
