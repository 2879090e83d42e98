"""JavaScript in the keys of outputs, in `extend-context` and in `keysToKeep`."""

import asyncio
import json
from collections.abc import Sequence

import pytest

from tests.services.quickjs import QUICKJS
from tests.services.world import World, command, lab, playbook, script
from warroom.model.context import ContextPatch
from warroom.model.json import Json, JsonObject
from warroom.model.plan import PlanState
from warroom.services.execution.expressions import EXPRESSION
from warroom.testing.runner import FakeCode

BY_NAME = "Host(val.name.toLowerCase() == obj.name.toLowerCase())"


def world() -> World:
    def say(code: FakeCode) -> list[Json]:
        context = json.loads(str(code.run.args["outputs"]))
        return [{"Type": 1, "ContentsFormat": "json", "Contents": code.run.args.get("raw"), "EntryContext": context}]

    async def delete(code: FakeCode) -> list[Json]:
        given = {"all": "yes", "keysToKeep": "Host(val.name.match(/^[a-m]/)).name"}
        answer = await code.call("executeCommand", {"command": "delContext", "args": given})
        assert isinstance(answer, list)
        return answer

    offered = lab(command("say", "outputs", "raw"))
    return World(offered, {"say": say, "Delete": delete, **QUICKJS}, scripts={"Delete": script("Delete")})


def task(number: int, text: str, *, last: bool = False) -> str:
    after = "" if last else f", nexttasks: {{'#none#': ['{number + 1}']}}"
    return f"'{number}': {{id: '{number}', taskid: t{number}, type: regular, {text}{after}}}\n"


def saying(outputs: JsonObject, **more: str) -> str:
    given = {"outputs": {"simple": json.dumps(outputs)}, **{key: {"simple": value} for key, value in more.items()}}
    return f"task: {{id: say, name: say, script: 'Lab|||say'}}, scriptarguments: {json.dumps(given)}"


async def played(*tasks: str) -> World:
    made = world()
    text = "".join(task(number, each, last=number == len(tasks)) for number, each in enumerate(tasks, 1))
    plan = await made.play(playbook(text))
    assert (plan.error, plan.state) == ("", PlanState.COMPLETED)
    return made


def evaluations(made: World) -> int:
    return sum(run.name == EXPRESSION.name for run in made.runner.runs)


async def test_the_key_of_an_output_may_need_javascript() -> None:
    made = await played(
        saying({BY_NAME: [{"name": "LAP-1", "a": 1}, {"name": "SRV"}]}),
        saying({BY_NAME: {"name": "lap-1", "b": 2}}),
        saying({BY_NAME: {"name": "other"}}),
    )
    hosts = [{"name": "lap-1", "a": 1, "b": 2}, {"name": "SRV"}, {"name": "other"}]
    assert (await made.context())["Host"] == hosts
    # The log says which items match, so that nothing is evaluated when it is read again.
    before = evaluations(made)
    made.restart()
    assert (await made.context())["Host"] == hosts
    assert evaluations(made) == before


async def test_items_of_one_output_match_each_other_by_javascript() -> None:
    made = await played(saying({BY_NAME: [{"name": "A", "a": 1}, {"name": "b"}, {"name": "a", "c": 3}]}))
    assert (await made.context())["Host"] == [{"name": "a", "a": 1, "c": 3}, {"name": "b"}]


async def test_outputs_of_one_result_are_evaluated_in_order() -> None:
    made = await played(
        saying(
            {BY_NAME: {"name": "A"}},
            **{
                "extend-context": "Host(val.name.trim().toUpperCase() == obj.name)=.",
                "raw": "${.={name: 'A', raw: 1}}",
            },
        )
    )
    assert (await made.context())["Host"] == {"name": "A", "raw": 1}


async def test_an_item_for_which_the_expression_throws_does_not_match() -> None:
    made = await played(saying({"Host": [{"x": 1}, {"name": "A"}]}), saying({BY_NAME: {"name": "a", "n": 1}}))
    assert (await made.context())["Host"] == [{"x": 1}, {"name": "a", "n": 1}]


async def test_an_output_whose_expression_cannot_be_read_is_added() -> None:
    key = "Host(val.name && val.name = obj.name)"  # public content has this
    made = await played(saying({key: {"name": "a"}}), saying({key: {"name": "a"}}))
    assert (await made.context())["Host"] == [{"name": "a"}, {"name": "a"}]


async def test_comparisons_need_no_worker() -> None:
    key = "Host(val.name && val.name == obj.name)"
    made = await played(saying({key: {"name": "a", "n": 1}}), saying({key: {"name": "a", "n": 2}}))
    assert (await made.context())["Host"] == {"name": "a", "n": 2}
    assert evaluations(made) == 0


async def test_what_others_write_meanwhile_is_added_and_not_lost() -> None:
    made = await played(saying({BY_NAME: {"name": "a"}}))
    await made.play(playbook(task(1, saying({BY_NAME: {"name": "A", "n": 1}}), last=True)))
    [*_, (_, last)] = (await made.store.context_log(made.incident.id, 0)).patches
    assert last.hits
    seen: Sequence[ContextPatch] = [ContextPatch(incident=last.incident, kind=last.kind, value={"Host": {"name": "b"}})]
    assert (await made.journal.preview(last.incident, [*seen, last]))["Host"] == [
        {"name": "A", "n": 1},
        {"name": "b"},
        {"name": "A", "n": 1},
    ]


@pytest.mark.parametrize(
    ("instruction", "context"),
    [
        ("Short=name=val.split('.')[0]", {"Short": "lap"}),
        ("All=.={upper: val.name.toUpperCase()}", {"All": {"upper": "LAP.CORP"}}),
        ("A=name::B=name.=val.length + 1", {"A": "lap.corp", "B": 9}),
    ],
)
async def test_extend_context_may_use_javascript(instruction: str, context: JsonObject) -> None:
    made = await played(saying({}, **{"extend-context": instruction, "raw": "${.={name: 'lap.corp'}}"}))
    assert await made.context() == context


async def test_extend_context_that_cannot_be_read_is_an_error_that_names_it() -> None:
    made = world()
    plan = await made.play(
        playbook(task(1, saying({}, **{"extend-context": "A=name=val.split(", "raw": "${.={name: 1}}"}), last=True))
    )
    assert plan.state is PlanState.FAILED
    assert "The expression `val.split(` gave no value" in plan.error


async def test_keys_to_keep_may_use_javascript() -> None:
    made = await played(
        saying({"Host": [{"name": "a", "n": 1}, {"name": "z"}], "Other": 1}),
        "task: {id: del, name: del, script: Delete}",
    )
    assert await made.context() == {"Host": [{"name": "a"}]}
    await asyncio.sleep(0)
