"""What running code may ask of the server, and what of it lasts."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.services.world import World, an_instance, command, lab, note, playbook, script
from warroom.content.integration import Integration
from warroom.model.entry import EntryType
from warroom.model.json import Json
from warroom.model.plan import PlanRecord, PlanState
from warroom.testing.code import python_code
from warroom.testing.runner import FakeCode, FakeFunction
from warroom.testing.samples import an_incident

ONE = """
'1': {id: '1', taskid: a, type: regular, task: {id: a, name: one, script: Outer},
      scriptarguments: {what: {simple: x}}}
"""
CHILD = """
'1': {id: '1', taskid: a, type: playbook, task: {id: a, name: child, playbookName: Child}, separatecontext: true,
      nexttasks: {'#none#': ['2']}, scriptarguments: {host: {simple: inner-host}}}
'2': {id: '2', taskid: b, type: regular, task: {id: b, name: show, script: Show}}
"""


def world(**table: FakeFunction) -> World:
    scripts = {name: script(name, "what", "key", "value") for name in ("Outer", "Inner", "Set", "Show")}

    async def set_value(code: FakeCode) -> list[Json]:
        await code.call("setContext", {"contextPath": code.run.args["key"], "value": code.run.args["value"]})
        return [note("set")]

    async def show(code: FakeCode) -> list[Json]:
        return [str(await code.call("context", {}))]

    base: dict[str, FakeFunction] = {"Set": set_value, "Show": show, "read": lambda _: [note("read", Read=1)]}
    children = {"Child": playbook(ONE, "Child", inputs={"host": None})}
    commands = (command("read"), command("act", "what", execution=True))
    return World(
        lab(*commands), {"act": lambda _: [note("acted")], **base, **table}, scripts=scripts, playbooks=children
    )


async def asked(method: str, **args: Json) -> Json:
    """Let a script ask one thing and give the answer."""
    answers: list[Json] = []

    async def outer(code: FakeCode) -> list[Json]:
        answers.append(await code.call(method, args))
        return []

    lab_world = world(Outer=outer)
    plan = await lab_world.play(playbook(ONE))
    assert plan.error == ""
    return answers[0]


async def refused(method: str, **args: Json) -> str:
    """Let a script ask what it may not; gives the task's error."""

    async def outer(code: FakeCode) -> list[Json]:
        await code.call(method, args)
        return []

    plan = await world(Outer=outer).play(playbook(ONE))
    assert plan.state is PlanState.FAILED
    return plan.error


# -- the context --------------------------------------------------------------------------------------------------


async def test_code_sees_at_once_what_it_has_set_and_it_lasts() -> None:
    seen: list[Json] = []

    async def outer(code: FakeCode) -> list[Json]:
        await code.call("setContext", {"contextPath": "A.b", "value": [1]})
        seen.append(await code.call("context", {}))
        return []

    lab_world = world(Outer=outer)
    await lab_world.play(playbook(ONE))
    assert seen == [{"A": {"b": [1]}}]
    assert await lab_world.context() == {"A": {"b": [1]}}


async def test_what_a_nested_script_sets_lasts_and_later_calls_see_it() -> None:
    seen: list[Json] = []

    async def outer(code: FakeCode) -> list[Json]:
        await code.call("executeCommand", {"command": "Set", "args": {"key": "A", "value": "1"}})
        await code.call("executeCommand", {"command": "Set", "args": {"key": "B", "value": "2"}})
        seen.extend(await code.call("executeCommand", {"command": "Show", "args": {}}))
        return []

    lab_world = world(Outer=outer)
    await lab_world.play(playbook(ONE))
    assert [entry["Contents"] for entry in seen] == ["{'A': '1', 'B': '2'}"]
    assert await lab_world.context() == {"A": "1", "B": "2"}


async def test_outputs_of_a_nested_command_go_to_the_code_and_not_to_the_context() -> None:
    (entry,) = await asked("executeCommand", command="read", args={})
    assert entry["EntryContext"] == {"Read": 1}

    async def outer(code: FakeCode) -> list[Json]:
        await code.call("executeCommand", {"command": "read", "args": {}})
        return []

    lab_world = world(Outer=outer)
    await lab_world.play(playbook(ONE))
    assert (await lab_world.context(), await lab_world.said()) == ({}, [])


async def test_in_a_sub_playbook_code_sees_the_private_context_and_the_inputs() -> None:
    async def outer(code: FakeCode) -> list[Json]:
        await code.call("executeCommand", {"command": "Set", "args": {"key": "A", "value": "${inputs.host}"}})
        return [str(await code.call("context", {}))]

    lab_world = world(Outer=outer)
    await lab_world.play(playbook(CHILD))
    inner, outside = await lab_world.said()
    assert inner == "{'A': 'inner-host'}"
    assert str(outside).startswith("{'subplaybook-")


async def test_a_path_that_cannot_be_written_is_told_to_the_code() -> None:
    assert "`` is no path of the context" in await refused("setContext", contextPath="", value={"A": 1})
    for path in ("subplaybook-p1-5", "subplaybook-p1-5.VisionOne.Containment.endpoint"):
        told = await refused("setContext", contextPath=path, value="HOST-B")
        assert "is in the private context of a sub-playbook" in told
    assert "has to be a name or an index" in await refused("setContext", contextPath="A(val.x).b", value=1)


async def test_dt_reads_from_the_object_it_is_given() -> None:
    assert await asked("dt", obj={"a": [{"b": 1}, {"b": 2}]}, trnsfrm="a.b") == [1, 2]


# -- commands -----------------------------------------------------------------------------------------------------


async def test_a_nested_server_command_changes_the_incident() -> None:
    async def outer(code: FakeCode) -> list[Json]:
        await code.call("executeCommand", {"command": "setIncident", "args": {"name": "Ours"}})
        (found,) = await code.call("executeCommand", {"command": "getIncidents", "args": {}})
        name = found["Contents"]["data"][0]["name"]
        await code.call("executeCommand", {"command": "setIncident", "args": {"details": f"of {name}"}})
        return []

    lab_world = world(Outer=outer)
    plan = await lab_world.play(playbook(ONE))
    incident = await lab_world.store.incident(plan.incident)
    assert (incident.name, incident.details) == ("Ours", "of Ours")


# What a script cannot tell from what its author wrote: an alert's field, a mail's Message-ID.
FROM_OUTSIDE = ["${Secret.password}", "<${Secret}@evil.example>", "${incident.name}", "${.=val.Secret}", "${modules}"]


@pytest.mark.parametrize("text", FROM_OUTSIDE)
@pytest.mark.parametrize("name", ["Show", "act", "setIncident"])
async def test_text_that_a_script_passes_on_is_not_read_for_references(name: str, text: str) -> None:
    async def outer(code: FakeCode) -> list[Json]:
        await code.call("setContext", {"contextPath": "Secret", "value": {"password": "hunter2"}})
        await code.call("executeCommand", {"command": name, "args": {KEYS[name]: text}})
        return []

    lab_world = world(Outer=outer)
    plan = await lab_world.play(playbook(ONE))
    assert plan.error == ""
    passed = [run.args[KEYS[name]] for run in lab_world.runner.runs if run.command == name]
    assert passed or [(await lab_world.store.incident(plan.incident)).details] == [text]
    assert set(passed) <= {text}


KEYS = {"Show": "what", "act": "what", "setIncident": "details"}
KNOWN_TO_CODE = "${currentPlaybookID} ${inputs.host}"


@pytest.mark.parametrize(("name", "is_resolved"), [("Show", True), ("act", False), ("setIncident", False)])
async def test_a_few_references_of_scripts_are_resolved_unless_something_changes(name: str, is_resolved: bool) -> None:
    async def outer(code: FakeCode) -> list[Json]:
        await code.call("executeCommand", {"command": name, "args": {KEYS[name]: KNOWN_TO_CODE}})
        return []

    lab_world = world(Outer=outer)
    plan = await lab_world.play(playbook(CHILD.replace("nexttasks: {'#none#': ['2']}, ", "")))
    passed = [run.args[KEYS[name]] for run in lab_world.runner.runs if run.command == name]
    passed = passed or [(await lab_world.store.incident(plan.incident)).details]
    assert passed == [f"{plan.id}-1 inner-host" if is_resolved else KNOWN_TO_CODE]


async def test_what_is_no_text_is_passed_on_as_it_is() -> None:
    given = {"what": ["${inputs.host}", {"a": "${inputs.host}"}], "key": 5}

    async def outer(code: FakeCode) -> list[Json]:
        await code.call("executeCommand", {"command": "Show", "args": {**given, "value": "${inputs.nothing}"}})
        return []

    lab_world = world(Outer=outer)
    await lab_world.play(playbook(ONE))
    shown = [run.args for run in lab_world.runner.runs if run.command == "Show"]
    assert shown == [{"what": "${inputs.host}", "key": 5}, {"what": {"a": "${inputs.host}"}, "key": 5}]


async def test_a_nested_command_goes_to_the_instance_that_is_named() -> None:
    async def outer(code: FakeCode) -> list[Json]:
        await code.call("executeCommand", {"command": "read", "args": {"using": "lab-2"}})
        await code.call("executeCommand", {"command": "read", "args": {"using-brand": "Lab"}})
        return []

    lab_world = world(Outer=outer)
    lab_world.instances = [an_instance("lab-1"), an_instance("lab-2")]
    await lab_world.play(playbook(ONE))
    nested = [run for run in lab_world.runner.runs if run.command == "read"]
    assert [run.worker for run in nested] == ["id-lab-2", "id-lab-1", "id-lab-2"]
    assert all(run.args == {} and run.calling_context["context"]["CalledByScript"] for run in nested)


@pytest.mark.parametrize(
    ("controls", "called", "workers"),
    [
        ({"using": "lab-2"}, {}, ["id-lab-2"]),
        ({"using": "lab-2"}, {"using": "lab-1"}, ["id-lab-1"]),
        ({"using": "*"}, {}, ["id-lab-1", "id-lab-2", "id-other-1"]),
        ({"using-brand": "Lab"}, {}, ["id-lab-1", "id-lab-2"]),
        ({"using-brand": "Other"}, {}, ["id-other-1"]),
        ({"using-brand": "Other"}, {"using-brand": "Lab"}, ["id-lab-1", "id-lab-2"]),
        ({"using": "lab-2", "using-brand": "Lab"}, {}, ["id-lab-2"]),
        ({}, {}, ["id-lab-1", "id-lab-2", "id-other-1"]),
    ],
    ids=str,
)
async def test_what_a_script_was_told_to_use_holds_for_all_that_it_calls(
    controls: dict[str, Json], called: dict[str, Json], workers: list[str]
) -> None:
    async def outer(code: FakeCode) -> list[Json]:
        await code.call("executeCommand", {"command": "Inner", "args": {"what": "x"}})
        return []

    async def inner(code: FakeCode) -> list[Json]:
        await code.call("executeCommand", {"command": "read", "args": called})
        return []

    other = Integration(id="Other", name="Other", commands={"read": command("read")}, code=python_code(""))
    lab_world = replace(world(Outer=outer, Inner=inner), others=[other])
    lab_world.instances = [an_instance("lab-1"), an_instance("lab-2"), an_instance("other-1", integration="Other")]
    told = json.dumps({name: {"simple": value} for name, value in {"what": "x", **controls}.items()})
    await lab_world.play(playbook(ONE.replace("{what: {simple: x}}", told)))
    assert [run.worker for run in lab_world.runner.runs if run.command == "read"] == workers


async def test_a_script_that_calls_itself_comes_to_an_end() -> None:
    async def outer(code: FakeCode) -> Sequence[Json]:
        results: Sequence[Json] = await code.call("executeCommand", {"command": "Outer", "args": {"what": "x"}})
        return results

    lab_world = world(Outer=outer)
    plan = await lab_world.play(playbook(ONE))
    assert "Outer was called 9 levels deep. Does a script call itself?" in plan.error
    assert len(lab_world.runner.runs) == 9


async def test_an_unknown_command_and_an_unknown_method_are_told_to_the_code() -> None:
    assert "There is no command" in await refused("executeCommand", command="gone", args={})
    assert "demisto.sendMail is not available in this runtime yet." in await refused("sendMail")


# -- files --------------------------------------------------------------------------------------------------------


def writes(code: FakeCode, name: str, data: bytes) -> dict[str, Json]:
    (code.scratch / f"{code.run.investigation}_{name}").write_bytes(data)
    return {"Type": 3, "File": f"{name}.bin", "FileID": name, "Contents": "", "ContentsFormat": "text"}


async def test_a_file_of_a_nested_command_can_be_handed_on() -> None:
    async def outer(code: FakeCode) -> Sequence[Json]:
        results: Sequence[Json] = await code.call("executeCommand", {"command": "Inner", "args": {}})
        return results

    lab_world = world(Outer=outer, Inner=lambda code: [writes(code, "u1", b"evidence")])
    await lab_world.play(playbook(ONE))
    (entry,) = await lab_world.store.files()
    assert entry.file is not None
    assert lab_world.blobs.open(entry.file.sha256).read() == b"evidence"


def text_of(path: str) -> str:
    return Path(path).read_text()


async def test_code_reads_the_file_of_an_entry() -> None:
    async def outer(code: FakeCode) -> list[Json]:
        answer = await code.call("getFilePath", {"id": "1@1"})
        return [f"{answer['name']} {text_of(answer['path'])}"]

    lab_world = world(Outer=outer, Inner=lambda code: [writes(code, "u1", b"evidence")])
    await lab_world.play(playbook(ONE.replace("Outer", "Inner")))
    plan = await lab_world.another(playbook(ONE))
    await lab_world.conductor.drive(plan.id)
    assert (await lab_world.said())[1:] == ["u1.bin evidence"]


async def test_an_entry_without_a_file_is_told_to_the_code() -> None:
    async def outer(code: FakeCode) -> list[Json]:
        return [str(await code.call("getFilePath", {"id": "1@1"}))]

    lab_world = world(Outer=outer)
    await lab_world.play(playbook(ONE.replace("Outer", "Show")))
    plan: PlanRecord = await lab_world.another(playbook(ONE))
    await lab_world.conductor.drive(plan.id)
    *_, last = await lab_world.store.entries(plan.incident)
    assert last.type is EntryType.ERROR
    assert "Entry 1@1 holds no file" in last.readable


# -- what is installed --------------------------------------------------------------------------------------------


async def test_instances_and_commands_can_be_listed() -> None:
    modules = await asked("getModules")
    assert modules == {"lab-1": {"brand": "Lab", "category": "", "state": "active", "defaultIgnored": "false"}}
    assert await asked("getAllSupportedCommands") == {"Lab": [{"name": "read"}, {"name": "act"}]}


# -- an integration's memory --------------------------------------------------------------------------------------


async def test_an_integration_stores_its_memory_while_it_runs_and_a_stale_version_is_refused() -> None:
    answers: list[Json] = []

    async def read(code: FakeCode) -> list[Json]:
        answers.append(code.run.integration_context)
        version = await code.call("setIntegrationContextVersioned", {"context": {"n": 1}, "version": -1})
        answers.append(await code.call("getIntegrationContextVersioned", {}))
        await code.call("setIntegrationContextVersioned", {"context": {"n": 2}, "version": version})
        await code.call("setIntegrationContextVersioned", {"context": {"n": 3}, "version": version})
        return []

    lab_world = world(read=read)
    plan = await lab_world.play(playbook(ONE.replace("Outer", "read")))
    assert answers == [{}, {"context": {"n": 1}, "version": 1}]
    assert "at version 2, not 1" in plan.error
    again = await lab_world.another(playbook(ONE.replace("Outer", "read")))
    await lab_world.conductor.drive(again.id)
    assert answers[2] == {"n": 2}


async def test_a_script_has_no_memory() -> None:
    assert "Only an integration has" in await refused("getIntegrationContextVersioned")
    assert "Only an integration has" in await refused("setIntegrationContextVersioned", context={})


async def test_of_the_brand_that_an_incident_came_from_code_sees_the_source_alone() -> None:
    seen: list[Json] = []

    async def outer(code: FakeCode) -> list[Json]:
        seen.append(sorted(await code.call("getModules", {})))
        return []

    came_from_two = replace(an_incident(), source_brand="Lab", source_instance="lab-2", source_id="id-lab-2")
    two = [an_instance("lab-1"), an_instance("lab-2")]
    choices: list[dict[str, Json]] = [{}, {"using": "lab-1"}]
    for controls in choices:
        lab_world = replace(world(Outer=outer), incident=came_from_two, instances=two)
        told = json.dumps({name: {"simple": value} for name, value in {"what": "x", **controls}.items()})
        await lab_world.play(playbook(ONE.replace("{what: {simple: x}}", told)))
    assert seen == [["lab-2"], ["lab-1"]]
