"""The web, as code that has no network of its own asks it by way of the server."""

from dataclasses import replace
from pathlib import Path

from tests.services.execution.test_server_api import ONE, refused, world, writes
from tests.services.world import an_instance, playbook
from warroom.model.json import Json
from warroom.services.ports.outgoing import HttpAnswer
from warroom.testing.runner import FakeCode


async def test_the_web_is_asked_under_the_rules_and_a_file_is_the_codes() -> None:
    answers: list[Json] = []
    files: list[str] = []

    async def outer(code: FakeCode) -> list[Json]:
        for request in ({}, {"SaveToFile": True}):
            answers.append(await code.call("http", {"url": "http://a.example/", "request": request}))
            files.extend(path.read_text() for path in code.scratch.iterdir())
        return []

    allowing = replace(an_instance(), local_origins={"http://127.0.0.1:80": True, "http://127.0.0.1:81": False})
    lab_world = replace(world(Outer=outer), instances=[allowing])
    lab_world.outgoing.answers["http://a.example/"] = HttpAnswer(status=200, reason="OK", body="there")
    assert (await lab_world.play(playbook(ONE))).error == ""
    assert [answer["Body"] for answer in answers] == ["there", ""]
    assert (files, answers[0].get("Path"), bool(answers[1]["Path"])) == (["there"], None, True)
    assert lab_world.outgoing.allowed == ["http://127.0.0.1:80"]


async def test_what_the_web_refuses_is_the_codes_error() -> None:
    assert "is not in the table of the fake web" in await refused("http", url="http://b.example/", request={})


def bytes_of(path: Path) -> bytes:
    return path.read_bytes()


async def test_a_form_carries_the_file_of_an_entry() -> None:
    sent: list[tuple[str, bytes]] = []

    async def outer(code: FakeCode) -> list[Json]:
        asked = {"url": "http://a.example/", "file": "1@1", "fields": {"n": "1"}}
        answer = await code.call("httpMultipart", asked)
        [request] = lab_world.outgoing.asked
        assert request.file is not None
        sent.append((request.file_name, bytes_of(request.file)))
        return [str(answer["StatusCode"])]

    lab_world = world(Outer=outer, Inner=lambda code: [writes(code, "u1", b"evidence")])
    lab_world.outgoing.answers["http://a.example/"] = HttpAnswer(status=201)
    await lab_world.play(playbook(ONE.replace("Outer", "Inner")))
    plan = await lab_world.another(playbook(ONE))
    await lab_world.conductor.drive(plan.id)
    assert (await lab_world.said())[1:] == ["201"]
    assert sent == [("u1.bin", b"evidence")]
    assert lab_world.outgoing.asked[0].fields == {"n": "1"}
