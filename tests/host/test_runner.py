import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.host.lab import PID, Lab, a_run
from warroom.content.integration import ON_ENDPOINT
from warroom.host.runner import WarmRunner
from warroom.model.errors import ConflictError, HostError
from warroom.model.json import Json, JsonObject
from warroom.services.ports.runner import Runner
from warroom.testing.server import FakeServer


async def test_results_come_back_in_order(lab: Lab) -> None:
    assert await lab.results("demisto.results('one'); demisto.results({'Type': 1, 'Contents': ['ü']})") == [
        "one",
        {"Type": 1, "Contents": ["ü"]},
    ]


async def test_a_run_sees_its_arguments_params_and_command(lab: Lab) -> None:
    text = "demisto.results([demisto.command(), demisto.args(), demisto.params(), demisto.getArg('a')])"
    ran = await lab.results(text, command="x-do", args={"a": "1"}, params={"url": "u"})
    assert ran == [["x-do", {"a": "1"}, {"url": "u"}, "1"]]


async def test_what_a_fetch_leaves_behind_comes_back(lab: Lab) -> None:
    ran = await lab.ran(
        """
        demisto.setLastRun({'at': demisto.getLastRun()['at'] + 1})
        demisto.incidents([{'name': 'WB-1'}])
        demisto.setIntegrationContext({'token': 't'})
        demisto.updateModuleHealth({'incidentsPulled': 1})
        """,
        is_integration=True,
        last_run={"at": 1},
    )
    assert ran.last_run == {"at": 2}
    assert ran.incidents == [{"name": "WB-1"}]
    assert ran.integration_context == {"token": "t"}
    assert ran.health == {"data": {"incidentsPulled": 1}, "is_error": False}
    assert ran.last_mirror_run is None


async def test_an_exception_is_one_line_with_the_traceback_apart(lab: Lab) -> None:
    ran = await lab.ran("def f():\n    raise ValueError('first\\nsecond')\nf()", name="Broken")
    assert ran.error == "ValueError: first second"
    assert 'File "<Broken>", line 2, in f' in ran.traceback
    assert "session.py" not in ran.traceback


async def test_results_before_an_exception_are_kept(lab: Lab) -> None:
    ran = await lab.ran("demisto.results('half'); 1 / 0")
    assert (list(ran.results), ran.error) == (["half"], "ZeroDivisionError: division by zero")


async def test_exit_ends_the_run_quietly_and_keeps_the_worker(lab: Lab) -> None:
    [first] = await lab.results(f"{PID}; import sys; sys.exit(3)")
    [second] = await lab.results(PID)
    assert first == second


async def test_a_missing_module_names_the_image_that_has_it(lab: Lab) -> None:
    ran = await lab.ran("import ldap9", docker_image="demisto/ldap:1.0")
    assert "No module named 'ldap9'" in ran.error
    assert "demisto/ldap:1.0" in ran.error
    assert "Make its environment: `warroom pack environments make demisto/ldap`." in ran.error


async def test_python_2_code_is_named_as_what_it_is(lab: Lab) -> None:
    ran = await lab.ran("print 'x'", subtype="python2")
    assert "SyntaxError" in ran.error
    assert "written for Python 2" in ran.error


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ({"language": "powershell"}, "is written in powershell; only Python and JavaScript can be run here."),
        ({"language": "javascript", "subtype": ON_ENDPOINT}, "is made for XSOAR's agent on an endpoint"),
    ],
)
async def test_code_that_cannot_run_here_is_refused(lab: Lab, code: dict[str, str], said: str) -> None:
    with pytest.raises(HostError, match=f"Script Probe {said}"):
        await lab.ran("return 'x'", **code)


async def test_a_call_is_answered_while_the_code_waits(lab: Lab) -> None:
    lab.server.table["executeCommand"] = lambda args, _: [{"Type": 1, "Contents": args["args"]["x"]}]
    assert await lab.results("demisto.results(demisto.executeCommand('Print', {'x': 4})[0]['Contents'])") == [4]
    assert lab.server.calls == [("executeCommand", {"command": "Print", "args": {"x": 4}})]


async def test_a_refusal_is_an_exception_in_the_code(lab: Lab) -> None:
    ran = await lab.ran(
        """
        try:
            demisto.getModules()
        except ValueError as refusal:
            demisto.results(str(refusal))
        """
    )
    assert ran.results == ["The fake server has no answer to getModules. Add it to its table."]


async def test_a_version_conflict_of_the_integration_context_is_a_value_error(lab: Lab) -> None:
    def save(args: JsonObject, _: Path) -> Json:
        if args["version"] != 7:
            raise ConflictError("The integration context is at version 7.")
        return 8

    lab.server.table["setIntegrationContextVersioned"] = save
    assert await lab.results(
        """
        try:
            demisto.setIntegrationContextVersioned({'n': 1}, 6, True)
        except ValueError as conflict:
            demisto.results(str(conflict))
        demisto.setIntegrationContextVersioned({'n': 2}, 7, True)
        demisto.results(demisto.getIntegrationContextVersioned())
        """,
        integration_context_version=6,
    ) == ["The integration context is at version 7.", {"context": {"n": 2}, "version": 8}]


async def test_threads_of_the_code_may_call_side_by_side(lab: Lab) -> None:
    async def answer(args: JsonObject, _: Path) -> Json:
        await asyncio.sleep(0.02 if args["obj"] % 2 else 0)
        return args["obj"] * 10

    lab.server.table["dt"] = answer
    text = """
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor(8) as pool:
            demisto.results(list(pool.map(lambda n: demisto.dt(n, 'x'), range(20))))
        """
    assert await lab.results(text) == [[n * 10 for n in range(20)]]


async def test_scripts_that_run_scripts_do_not_wait_for_each_other(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(script_workers=1)

    async def run_again(args: JsonObject, _: Path) -> Json:
        deeper = f"demisto.results({args['args']['left']})"
        if args["args"]["left"]:
            deeper = f"demisto.results(demisto.executeCommand('Down', {{'left': {args['args']['left'] - 1}}}))"
        return await lab.results(deeper, worker="scripts")

    lab.server.table["executeCommand"] = run_again
    nested = await lab.results("demisto.results(demisto.executeCommand('Down', {'left': 3}))", worker="scripts")
    assert nested == [[[[[0]]]]]


async def test_endless_nesting_ends_in_an_error(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(nesting=3)
    again = "demisto.results(demisto.executeCommand('Again', {}))"

    async def run_again(_: JsonObject, __: Path) -> Json:
        ran = await lab.ran(again, worker="scripts", name="Again")
        return [ran.error, *ran.results]

    lab.server.table["executeCommand"] = run_again
    ran = await lab.ran(again, worker="scripts")
    assert "Script Again was not run: scripts call scripts 3 deep" in str(ran.results)


async def test_a_bug_in_the_server_reaches_whoever_awaits_the_run(lab: Lab) -> None:
    lab.server.table["context"] = lambda args, _: args["nothing"]
    with pytest.raises(KeyError):
        await lab.ran("demisto.context()")


async def test_results_of_some_megabytes_pass(lab: Lab) -> None:
    [big] = await lab.results("demisto.results('x' * (8 << 20))")
    assert len(big) == 8 << 20


async def test_results_over_the_limit_are_an_error_and_the_worker_lives(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(result_limit=1 << 20)
    [pid] = await lab.results(PID)
    ran = await lab.ran("for _ in range(3): demisto.results('x' * (1 << 19))")
    after = await lab.results(PID)
    assert "the results are 1.5 MiB, over the limit of 1.0 MiB" in ran.error
    assert list(ran.results) == []
    assert after == [pid]


async def test_it_is_a_runner(tmp_path: Path) -> None:
    runner: Runner = WarmRunner(tmp_path)
    async with runner.run(a_run("demisto.results(1)"), FakeServer()) as ran:
        assert ran.results == [1]
        assert ran.seconds > 0
    await runner.close()


async def test_a_python_that_is_not_there_is_named(make_lab: Callable[..., Lab]) -> None:
    with pytest.raises(HostError, match="could be started with /nowhere/python: No such file or directory"):
        await make_lab(python=Path("/nowhere/python")).ran("")


FETCH_OF_MANY = """
    endless = {'name': 'endless', 'dbotMirrorId': 7}
    endless['self'] = endless
    small = [{'name': str(number), 'rawJSON': 'x' * 700_000} for number in range(60)]
    demisto.incidents([*small, {'name': 'huge', 'rawJSON': 'y' * (20 << 20)}, endless])
    demisto.setLastRun({'at': 1})
"""


async def test_records_that_are_too_large_for_the_message_lie_in_files_and_the_others_come_with_it(lab: Lab) -> None:
    async with lab.runner.run(a_run(FETCH_OF_MANY, is_integration=True), lab.server) as ran:
        assert not ran.error
        assert ran.incidents is not None
        assert [ran.incidents[position] for position in ran.spilled] == [None] * len(ran.spilled)
        read = {position: (ran.scratch / file).read_text(encoding="ascii") for position, file in ran.spilled.items()}
    names = [item["name"] if item else json.loads(read[at])["name"] for at, item in enumerate(ran.incidents)]
    assert names == [*map(str, range(60)), "huge", "endless"]
    assert len(read[60]) > 20 << 20
    assert "cannot be written as JSON" in str(ran.incidents[61])
    assert ran.last_run == {"at": 1}
