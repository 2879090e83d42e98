"""Code that calls a built-in command, and is refused."""

import pytest

from tests.services.execution.test_server_api import ONE as RUN
from tests.services.execution.test_server_api import text_of, world, writes
from tests.services.world import World, lab, playbook, script
from warroom.model.json import Json
from warroom.model.plan import PlanState
from warroom.testing.runner import FakeCode

ONE = "'1': {id: '1', taskid: a, type: regular, task: {id: a, name: one, script: Outer}}"


async def answers_of(*calls: tuple[str, Json]) -> tuple[list[Json], PlanState, str]:
    """Let a script call built-in commands, one after another; gives their answers and how its playbook ended."""
    answers: list[Json] = []

    async def outer(code: FakeCode) -> list[Json]:
        for name, args in calls:
            answers.append(await code.call("executeCommand", {"command": name, "args": args}))
        return []

    plan = await World(lab(), {"Outer": outer}, scripts={"Outer": script("Outer")}).play(playbook(ONE))
    return answers, plan.state, plan.error


@pytest.mark.parametrize(
    ("name", "args", "said"),
    [
        ("getList", {"listName": "gone"}, "There is no list 'gone'. There are: none yet. `!createList` makes one."),
        ("getEntry", {"id": "9@9"}, "9@9"),
        ("setIncident", {"severity": "worst"}, "worst"),
    ],
)
async def test_what_is_not_there_or_wrong_is_an_error_entry_and_the_code_goes_on(
    name: str, args: Json, said: str
) -> None:
    answers, state, error = await answers_of((name, args), ("createList", {"listName": "new", "listData": "a"}))
    [[refused], [made]] = answers
    assert (refused["Type"], refused["ContentsFormat"]) == (4, "text")
    assert said in refused["Contents"]
    assert made["Type"] == 1
    assert (state, error) == (PlanState.COMPLETED, "")


async def test_what_a_role_or_a_playbook_may_not_do_is_raised() -> None:
    answers, state, error = await answers_of(("setList", {"listName": "protected_hosts", "listData": ""}))
    assert answers == []
    assert state is PlanState.FAILED
    assert "A playbook may not change the list 'protected_hosts'" in error


async def test_the_path_of_a_file_is_the_answer_of_a_command_too() -> None:
    async def outer(code: FakeCode) -> list[Json]:
        [entry] = await code.call("executeCommand", {"command": "getFilePath", "args": {"id": "1@1"}})
        return [f"{entry['Type']} {entry['Contents']['name']} {text_of(entry['Contents']['path'])}"]

    lab_world = world(Outer=outer, Inner=lambda code: [writes(code, "u1", b"evidence")])
    await lab_world.play(playbook(RUN.replace("Outer", "Inner")))
    plan = await lab_world.another(playbook(RUN))
    await lab_world.conductor.drive(plan.id)
    assert (await lab_world.said())[1:] == ["1 u1.bin evidence"]
