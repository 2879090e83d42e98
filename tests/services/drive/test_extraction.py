"""Auto-extract of tasks: what is stored, and what is asked about it before the next task."""

import pytest

from tests.services.world import World, command, lab, note, playbook
from warroom.content.playbook import Task, TaskKind
from warroom.model.json import Json
from warroom.model.plan import PlanState
from warroom.services.drive.extraction import with_extraction
from warroom.services.execution.call import Controls
from warroom.services.ports.indicators import IndicatorQuery
from warroom.testing.runner import FakeCode

READ = "'1': {id: '1', taskid: a, type: regular, task: {id: a, name: read, script: read, iscommand: true}"


def scored(code: FakeCode) -> list[Json]:
    said = {"Indicator": code.run.args["ip"], "Type": "ip", "Vendor": "Lab", "Score": 3}
    return [note("scored", DBotScore=said)]


async def played(more: str) -> list[tuple[str, int]]:
    world = World(lab(command("read"), command("ip", "ip")), {"read": lambda _: [note("see 1.1.1.1")], "ip": scored})
    plan = await world.play(playbook(f"{READ}{more}}}"))
    assert (plan.state, plan.error) == (PlanState.COMPLETED, "")
    return [(one.value, int(one.score)) for one in await world.store.indicators.indicators(IndicatorQuery())]


@pytest.mark.parametrize(
    ("more", "stored"),
    [
        ("", []),
        (", reputationcalc: 1", []),
        (", reputationcalc: 2", [("1.1.1.1", 3)]),
        (", reputationcalc: 3", [("1.1.1.1", 0)]),
        (", reputationcalc: 2, quietmode: 1", []),
        (", scriptarguments: {auto-extract: {simple: inline}}", [("1.1.1.1", 3)]),
        (", reputationcalc: 2, scriptarguments: {auto-extract: {simple: none}}", []),
    ],
)
async def test_a_task_says_what_is_extracted(more: str, stored: list[tuple[str, int]]) -> None:
    assert await played(more) == stored


async def test_an_enrichment_that_fails_leaves_the_task_as_it_ended() -> None:
    def fails(_: FakeCode) -> list[Json]:
        return [{"Type": 4, "ContentsFormat": "text", "Contents": "quota is used up"}]

    world = World(lab(command("read"), command("ip", "ip")), {"read": lambda _: [note("see 1.1.1.1")], "ip": fails})
    plan = await world.play(playbook(f"{READ}, reputationcalc: 2}}"))
    assert (plan.state, plan.error) == (PlanState.COMPLETED, "")
    assert any("quota is used up" in str(entry.contents) for entry in await world.store.entries(plan.incident))


def test_the_argument_counts_before_the_task() -> None:
    task = Task(id="1", kind=TaskKind.REGULAR, name="t", extract="inline")
    assert with_extraction(Controls(), task).auto_extract == "inline"
    assert with_extraction(Controls(auto_extract="none"), task).auto_extract == "none"
