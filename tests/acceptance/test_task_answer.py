"""A plan waits for a person as long as it takes, and takes the answer from whatever process brings it."""

import shutil
from pathlib import Path

import pytest

from tests.acceptance.folder import Folder, Server
from tests.acceptance.waiting import until
from warroom.model.json import JsonObject

pytestmark = pytest.mark.acceptance

PACKS = Path(__file__).parent / "packs"


@pytest.fixture
def asking(folder: Folder) -> JsonObject:
    """A plan that was started without a server and waits for its first answer."""
    shutil.copytree(PACKS, folder.home / "packs")
    plan: JsonObject = folder.read("playbook", "run", "Ask", "--wait")
    assert plan["state"] == "waiting"
    return plan


def test_answers_are_taken_with_a_server_and_without_one(folder: Folder, asking: JsonObject) -> None:
    plan = asking["plan"]
    (question,) = folder.read("task", "list")
    assert (question["plan"], question["task"], question["options"]) == (plan, "1", ["yes", "no"])
    with folder.served() as server:
        server.ready()
        folder.command("task", "answer", plan, "1", "yes", "--comment", "The owner agrees.")
        (question,) = folder.read("task", "list")
        assert (question["plan"], question["task"]) == (plan, "2")
        assert server.stop() == 0
    answered = folder.read("task", "answer", plan, "2")
    assert answered["state"] == "completed"
    assert folder.read("task", "list") == []


def test_a_question_outlives_a_killed_server(folder: Folder, asking: JsonObject) -> None:
    for choice, task in (("yes", "1"), ("", "2")):
        with folder.served() as server:
            server.ready()
            _killed_while_it_waits(server, folder)
        with folder.served() as server:
            server.ready()
            folder.call("task.answer", plan=asking["plan"], task=task, choice=choice)
            server.kill()
    with folder.served() as server:
        server.ready()
        until(lambda: _state(folder, asking["plan"]) == "completed", "the answered plan ends")
        said = [entry["contents"] for entry in folder.call("entries", incident=asking["incident"])]
    assert said.count("The owner was called.") == 1


def test_a_wrong_answer_is_refused_in_one_sentence_and_changes_nothing(folder: Folder, asking: JsonObject) -> None:
    refused = folder.command("task", "answer", asking["plan"], "1", "perhaps", code=1)
    assert refused.stderr == "'perhaps' is no answer to 'Shall we go on?'. Choose one of: yes, no.\n"
    assert [item["task"] for item in folder.read("task", "list")] == ["1"]


def _killed_while_it_waits(server: Server, folder: Folder) -> None:
    assert len(folder.call("task.list")) == 1
    server.kill()


def _state(folder: Folder, plan: str) -> str:
    return str(folder.call("plan.show", plan=plan)["state"])
