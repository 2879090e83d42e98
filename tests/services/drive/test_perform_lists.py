"""What `${lists.X}` leads to in a playbook, in the inputs of a sub-playbook, and in a typed line."""

from dataclasses import replace

import pytest

from tests.services.drive.one_task import book, world
from tests.services.world import World, command, lab, playbook
from warroom.model.json import Json

SHELL = """
'1': {id: '1', taskid: a, type: playbook, task: {id: a, name: sub, playbookName: Book},
      scriptarguments: {hosts: {simple: '${lists.sites.oslo}'}}}
"""


async def with_lists(**texts: str) -> World:
    lab_world = world()
    for name, text in texts.items():
        await lab_world.store.save_list(name, text, "ana", lab_world.clock.now())
    return lab_world


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("${lists.allowed}", "a,b"),
        ("hosts: ${lists.allowed}.", "hosts: a,b."),
        ("${lists.sites.oslo.[0]}", "web-1"),
        ("${lists.Allowed Hosts}", "c"),
        ("${lists.gone}", None),
    ],
)
async def test_a_reference_to_a_list_gives_what_the_list_holds(written: str, what: Json) -> None:
    texts = {"allowed": "a,b", "sites": '{"oslo": ["web-1", "web-2"]}', "Allowed Hosts": "c"}
    lab_world = await with_lists(**texts)
    await lab_world.play(book(arguments={"what": written}))
    assert lab_world.runner.runs[0].args.get("what") == what


async def test_a_list_that_an_action_names_and_that_is_not_there_is_refused_by_name() -> None:
    lab_world = replace(world(), integration=lab(command("act", "what!", execution=True)))
    plan = await lab_world.play(book("Lab|||act", arguments={"what": "${lists.gone}"}))
    assert "its argument 'what' refers to ${lists.gone}, which leads to nothing here" in plan.error
    assert lab_world.runner.runs == []


async def test_an_input_of_a_sub_playbook_and_a_default_can_be_from_a_list() -> None:
    lab_world = await with_lists(sites='{"oslo": "web-1"}')
    inner = book(arguments={"what": "${inputs.hosts}"})
    lab_world = replace(lab_world, playbooks={"Book": inner})
    await lab_world.play(playbook(SHELL, "Shell"))
    outer = playbook(SHELL.replace("lists.sites.oslo", "inputs.site"), "Outer", inputs={"site": "${lists.sites.oslo}"})
    await lab_world.play(outer)
    assert [run.args["what"] for run in lab_world.runner.runs] == ["web-1", "web-1"]
