import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.host.lab import Lab, a_run
from warroom.model.errors import CommandTimeoutError, ConflictError, WorkerDiedError
from warroom.model.json import Json, JsonObject
from warroom.testing.code import python_code

JS: dict[str, Any] = {"language": "javascript", "worker": "scripts"}


async def test_a_script_is_run_and_leaves_its_results(lab: Lab) -> None:
    assert await lab.results("return [args.a, args.b[1]].join()", args={"a": "1", "b": [2, 3]}, **JS) == ["1,3"]


async def test_what_a_script_throws_is_the_runs_error_with_its_place(lab: Lab) -> None:
    ran = await lab.ran("function f() {\n  null.x;\n}\nf();", name="Broken", **JS)
    assert ran.error == "TypeError: cannot read property 'x' of null"
    assert "at f (<Broken>:2:" in ran.traceback


async def test_what_it_logs_is_kept_line_by_line(lab: Lab) -> None:
    ran = await lab.ran("log('a', 1, {b: [2]}); logDebug('c'); logInfo('d'); logError('e')", **JS)
    assert ran.log == ['log: a 1 {"b":[2]}', "debug: c", "info: d", "error: e"]


async def test_calls_are_answered_while_the_script_waits(lab: Lab) -> None:
    lab.server.table["executeCommand"] = lambda args, _: [{"Type": 1, "Contents": args["args"]["x"]}]
    lab.server.table["context"] = lambda _, __: {"k": [1, 2]}
    text = "return executeCommand('Print', {x: invContext.k[1]})[0].Contents"
    assert await lab.results(text, **JS) == [2]
    assert lab.server.calls == [("context", {}), ("executeCommand", {"command": "Print", "args": {"x": 2}})]


async def test_a_refusal_is_an_error_that_a_script_can_catch(lab: Lab) -> None:
    said = "The fake server has no answer to getModules. Add it to its table."
    assert await lab.results("try { getModules() } catch (e) { return e.message }", **JS) == [said]
    assert (await lab.ran("getModules()", **JS)).error == said


async def test_what_a_script_sets_is_set_when_it_has_ended(lab: Lab) -> None:
    lab.server.table["executeCommand"] = lambda _, __: []
    lab.server.table["setContext"] = lambda _, __: None
    assert await lab.results("setContext('K', [1]); executeCommand('delContext', {key: 'K'}); return 'kept'", **JS) == [
        "kept"
    ]
    assert [method for method, _ in lab.server.calls] == ["executeCommand", "setContext"]


async def test_a_key_that_cannot_be_set_is_the_runs_error(lab: Lab) -> None:
    def refuse(_: JsonObject, __: Path) -> Json:
        raise ConflictError("It cannot be set.")

    lab.server.table["setContext"] = refuse
    ran = await lab.ran("setContext('K', 1); return 'half'", **JS)
    assert (list(ran.results), ran.error) == (["half"], "It cannot be set.")


async def test_the_library_is_there_and_may_change_from_run_to_run(lab: Lab) -> None:
    for word in ("one", "two"):
        library = {"CommonServer": python_code(f"function lib() {{ return '{word}'; }}")}
        assert await lab.results("return lib()", modules=library, **JS) == [word]
    assert (await lab.ran("return lib()", **JS)).error == "ReferenceError: lib is not defined"


async def test_nothing_of_a_run_is_there_in_the_next_one(lab: Lab) -> None:
    await lab.ran("left = 1; Array.prototype.map = null; Object.prototype.toJSON = function () { return 'x'; }", **JS)
    assert await lab.results("return {left: typeof left, map: typeof [].map}", **JS) == [
        {"left": "undefined", "map": "function"}
    ]


async def test_javascript_has_workers_of_its_own(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(script_workers=1)
    running, going_on = asyncio.Event(), asyncio.Event()

    async def wait(_: JsonObject, __: Path) -> Json:
        running.set()
        await going_on.wait()

    lab.server.table["dt"] = wait
    waiting = asyncio.create_task(lab.results("dq({}, 'x'); return 'ended'", **JS))
    await running.wait()
    async with asyncio.timeout(60):
        assert await lab.results("demisto.results('python')", worker="scripts") == ["python"]
    going_on.set()
    assert await waiting == ["ended"]


async def test_the_library_of_javascript_is_loaded_in_its_workers_alone(lab: Lab) -> None:
    text = "import sys; demisto.results('quickjs' in sys.modules)"
    await lab.results("return 1", **JS)
    assert await lab.results(text, worker="scripts") == [False]


async def test_a_text_is_saved_as_a_file_that_an_entry_announces(lab: Lab) -> None:
    async with lab.runner.run(
        a_run("return {Type: 3, FileID: saveFile('é\\n'), File: 'a.txt'}", investigation="7", **JS), lab.server
    ) as ran:
        [entry] = ran.results
        assert (ran.scratch / f"7_{entry['FileID']}").read_text(encoding="utf-8") == "é\n"


async def test_a_file_is_read_as_text(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "report").write_bytes(b"caf\xc3\xa9 \xff")
    lab.server.table["getFilePath"] = lambda args, _: {"id": args["id"], "path": str(tmp_path / "report"), "name": "r"}
    assert await lab.results("return getFileByEntryID('3@7')", **JS) == ["café \ufffd"]


async def test_a_file_that_is_too_large_to_be_a_text_is_refused(lab: Lab, tmp_path: Path) -> None:
    with (tmp_path / "dump").open("wb") as file:
        file.truncate(65 << 20)
    lab.server.table["getFilePath"] = lambda args, _: {"id": args["id"], "path": str(tmp_path / "dump"), "name": "dump"}
    ran = await lab.ran("return getFileByEntryID('3@7')", **JS)
    assert ran.error == "The file dump has 68,157,440 bytes; a script can read 67,108,864."


@pytest.mark.parametrize("seconds", ["'x'", "-1", "undefined", "1e300"])
async def test_a_wait_without_an_end_is_refused(lab: Lab, seconds: str) -> None:
    assert (await lab.ran(f"wait({seconds})", **JS)).error


async def test_a_wait_ends(lab: Lab) -> None:
    assert await lab.results("wait(0.01); return 'slept'", **JS) == ["slept"]


SLEEP = "wait(parseInt(args.seconds)); return 'slept'"


async def test_a_script_that_begins_with_a_long_wait_asks_to_be_run_again_and_then_does_not_wait(lab: Lab) -> None:
    [entry] = await lab.results(SLEEP, command="Sleep", args={"seconds": "31"}, timeout=5.0, **JS)
    assert (entry["PollingCommand"], entry["PollingArgs"], entry["NextRun"], entry["Timeout"]) == (
        "Sleep",
        {"seconds": "31"},
        "31",
        "3631",
    )
    later = {"command": "Sleep", "context": {"ParentEntry": {"polling": True}}}
    assert await lab.results(SLEEP, args=entry["PollingArgs"], calling_context=later, **JS) == ["slept"]


async def test_what_a_script_does_after_it_was_asked_to_end_has_no_effect(lab: Lab) -> None:
    text = "log('a'); try { wait(60) } catch (e) {} try { dq({}, 'x') } catch (e) {} setContext('K', 1); return 1"
    ran = await lab.ran(text, timeout=5.0, **JS)
    assert ([entry["NextRun"] for entry in ran.results], ran.error, lab.server.calls) == (["60"], "", [])


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("getModules(); wait(60)", {}),
        ("wait(0.01); wait(60)", {}),
        ("wait(60)", {"calling_context": {"command": "x", "context": {"CalledByScript": True}}}),
        ("wait(60)", {"is_integration": True}),
    ],
    ids=["after it asked something", "after a short wait", "called by a script", "an integration"],
)
async def test_other_waits_are_waited_in_the_worker(lab: Lab, text: str, given: dict[str, Any]) -> None:
    lab.server.table["getModules"] = lambda _args, _scratch: {}
    with pytest.raises(CommandTimeoutError):
        await lab.ran(text, timeout=0.5, **JS, **given)


# Misuse, each kind of which harms its own run alone.


@pytest.mark.parametrize("text", ["for (;;);", "wait(1); wait(600)", "/^(a|aa)+$/.test('a'.repeat(60) + 'b')"])
async def test_a_script_that_does_not_end_is_stopped(lab: Lab, text: str) -> None:
    with pytest.raises(CommandTimeoutError, match=r"Script Probe ran longer than its limit of 0\.5 s and was stopped"):
        await lab.ran(text, timeout=0.5, **JS)
    assert await lab.results("return 'next'", **JS) == ["next"]


async def test_memory_that_runs_out_is_told_and_the_worker_is_replaced(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(address_space=512 << 20)
    ran = await lab.ran("var all = []; for (;;) { all.push(new Uint8Array(1 << 20)); }", timeout=60.0, **JS)
    assert ran.error.startswith("InternalError: out of memory. The run reached the limit of a worker's memory")
    assert await lab.results("return 'next'", **JS) == ["next"]


async def test_recursion_without_an_end_is_told(lab: Lab) -> None:
    ran = await lab.ran("function f() { return f() + 1; } f()", **JS)
    assert ran.error == (
        "RangeError: Maximum call stack size exceeded. "
        "The code calls itself too often; look for a call that never ends."
    )


async def test_a_result_over_the_limit_is_told(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(result_limit=1 << 20)
    ran = await lab.ran("return 'x'.repeat(2 << 20)", **JS)
    assert ran.error.startswith("ResultTooLargeError: the results are 2.0 MiB, over the limit of 1.0 MiB")


async def test_a_question_over_the_limit_ends_its_run_alone(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(result_limit=1 << 20, log_limit=1 << 10)
    with pytest.raises(WorkerDiedError, match="wrote more than its limit in one message"):
        await lab.ran("executeCommand('Print', {value: 'x'.repeat(4 << 20)})", **JS)
    assert await lab.results("return 'next'", **JS) == ["next"]


async def test_a_log_without_an_end_is_bounded(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(log_limit=1000)
    ran = await lab.ran("for (var i = 0; i < 500; i++) { log('line ' + i); }", **JS)
    assert len("\n".join(ran.log)) < 2000
    assert (ran.log[0], ran.log[-1]) == ("log: line 0", "log: line 499")


@pytest.mark.parametrize(
    "trick",
    [
        "Object.prototype.toJSON = function () { return 'mine'; }",
        "Object.prototype.toJSON = function () { return undefined; }",
        "Object.prototype.toJSON = function () { throw 1; }",
        "Object.prototype.toJSON = function () { for (;;); }",
    ],
)
async def test_a_script_that_changes_what_json_is_made_of_harms_its_own_run(lab: Lab, trick: str) -> None:
    try:
        ran = await lab.ran(f"{trick}; return {{a: dq({{}}, 'x')}}", timeout=1.0, **JS)
        assert ran.error
    except CommandTimeoutError:
        assert "for" in trick
    assert await lab.results("return {a: 1}", **JS) == [{"a": 1}]


# Integrations.


async def test_an_integration_is_fetched_from_and_remembers(lab: Lab) -> None:
    ran = await lab.ran(
        """
        setLastRun({at: getLastRun().at + 1});
        setIntegrationContext({token: getIntegrationContext().token + params.key});
        return JSON.stringify([{name: 'WB-1', rawJSON: '{}'}]);
        """,
        language="javascript",
        command="fetch-incidents",
        is_integration=True,
        params={"key": "k"},
        last_run={"at": 1},
        integration_context={"token": "t"},
    )
    assert (ran.error, ran.last_run, ran.incidents) == ("", {"at": 2}, [{"name": "WB-1", "rawJSON": "{}"}])
    assert (ran.integration_context, list(ran.results)) == ({"token": "tk"}, [])


@pytest.mark.parametrize(
    ("command", "text", "results", "incidents"),
    [
        ("fetch-incidents", "return [{name: 'a'}]", [], [{"name": "a"}]),
        ("fetch-incidents", "return []", [], []),
        ("fetch-incidents", "return '[]'", [], []),
        ("fetch-incidents", "return 'not JSON'", ["not JSON"], None),
        ("fetch-incidents", "return {Type: 4, Contents: 'no'}", [{"Type": 4, "Contents": "no"}], None),
        ("test-module", "return true", ["ok"], None),
        ("test-module", "return 'ok'", ["ok"], None),
        ("x-do", "return true", [True], None),
    ],
)
async def test_what_an_integration_returns_is_taken_by_its_command(
    lab: Lab, command: str, text: str, results: list[Json], incidents: Json
) -> None:
    ran = await lab.ran(text, language="javascript", command=command, is_integration=True)
    assert (list(ran.results), ran.incidents) == (results, incidents)


async def test_memory_that_another_run_has_changed_is_told(lab: Lab) -> None:
    def save(args: JsonObject, _: Path) -> Json:
        if args["version"] == 6:
            raise ConflictError("The integration context is at version 7.")
        return 8

    lab.server.table["setIntegrationContextVersioned"] = save
    lab.server.table["getIntegrationContextVersioned"] = lambda _, __: {"context": {"n": 1}, "version": 7}
    text = """
        return {
            lost: setIntegrationContext({}, 6, true),
            saved: setIntegrationContext({}, 7, true),
            now: getIntegrationContext(true)
        };
        """
    assert await lab.results(text, language="javascript", is_integration=True) == [
        {
            "lost": {"Error": "The integration context is at version 7."},
            "saved": {},
            "now": {"context": {"n": 1}, "version": 7},
        }
    ]


async def test_xml_is_read(lab: Lab) -> None:
    assert await lab.results("return JSON.parse(x2j('<a><b>1</b></a>')).a.b", **JS) == ["1"]
    assert (await lab.ran("x2j('<a>')", **JS)).error.startswith("The text is no XML")
