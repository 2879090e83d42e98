from dataclasses import replace

import pytest

from warroom.model.errors import CommandTimeoutError, NotFoundError
from warroom.model.json import Json
from warroom.services.ports.runner import Ran, Run, Runner
from warroom.testing.code import python_code
from warroom.testing.runner import FakeCode, FakeFunction, FakeRunner
from warroom.testing.server import FakeServer

CODE = python_code("")


def command(name: str, **args: Json) -> Run:
    return Run(worker="one", code=CODE, name="Brand", command=name, args=args)


async def end(function: FakeFunction, server: FakeServer | None = None) -> Ran:
    async with FakeRunner({"x-do": function}).run(command("x-do", a="1"), server or FakeServer()) as ran:
        return ran


async def test_results_are_what_the_function_returns() -> None:
    assert (await end(lambda code: [code.run.args["a"], {"Type": 1}])).results == ["1", {"Type": 1}]


async def test_a_whole_outcome_can_be_returned() -> None:
    ran = await end(lambda code: replace(code.ran("ok"), last_run={"at": 3}))
    assert (ran.results, ran.last_run) == (["ok"], {"at": 3})


async def test_an_exception_is_the_runs_error() -> None:
    def fail(_: FakeCode) -> list[Json]:
        raise ValueError("no such endpoint")

    assert (await end(fail)).error == "ValueError: no such endpoint"


async def test_a_host_error_comes_out_of_run() -> None:
    def hang(_: FakeCode) -> list[Json]:
        raise CommandTimeoutError("too long")

    with pytest.raises(CommandTimeoutError):
        await end(hang)


async def test_a_function_may_ask_the_server() -> None:
    async def ask(code: FakeCode) -> list[Json]:
        return [await code.call("context", {})]

    assert (await end(ask, FakeServer({"context": lambda *_: {"k": 1}}))).results == [{"k": 1}]


async def test_files_are_there_until_the_context_ends() -> None:
    def write(code: FakeCode) -> list[Json]:
        (code.scratch / "report").write_text("pdf")
        return []

    runner: Runner = FakeRunner({"x-do": write})
    async with runner.run(command("x-do"), FakeServer()) as ran:
        file = ran.scratch / "report"
        assert file.read_text() == "pdf"
    assert not file.exists()


async def test_scripts_go_by_their_name_and_runs_are_recorded() -> None:
    runner = FakeRunner({"Set": lambda _: ["done"]})
    script = Run(worker="scripts", code=CODE, name="Set")
    async with runner.run(script, FakeServer()):
        pass
    assert runner.runs == [script]


async def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(NotFoundError, match="no function for x-other"):
        async with FakeRunner({}).run(command("x-other"), FakeServer()):
            pass


async def test_closing_is_remembered() -> None:
    runner = FakeRunner({})
    await runner.close()
    assert runner.is_closed
