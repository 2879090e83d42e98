"""The same content in a real worker process, as the runtime runs it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.packs.base.content import SCRIPTS
from tests.packs.base.service import Handler, Server
from warroom.host.runner import WarmRunner
from warroom.host.settings import HostSettings
from warroom.services.ports.runner import Ran, Run
from warroom.testing.code import python_code
from warroom.testing.server import FakeServer

MEBIBYTE = 1024 * 1024
LIBRARIES = ("CommonServerPython", "CommonServerUserPython")
# Not getrusage: what it says of a new process includes the one that started it.
PEAK_MEMORY = "demisto.results(int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]) // 1024)"


def _text(name: str) -> str:
    return (SCRIPTS / name / f"{name}.py").read_text(encoding="utf-8")


def _run(name: str, text: str, **fields: Any) -> Run:
    modules = {library: python_code(_text(library)) for library in LIBRARIES}
    return Run(worker="scripts", name=name, code=python_code(text), modules=modules, investigation="42", **fields)


@pytest.fixture
async def runner(tmp_path: Path) -> AsyncIterator[WarmRunner]:
    made = WarmRunner(tmp_path / "work", HostSettings())
    yield made
    await made.close()


async def _ran(runner: WarmRunner, name: str, text: str | None = None, **fields: Any) -> Ran:
    async with runner.run(_run(name, _text(name) if text is None else text, **fields), FakeServer()) as ran:
        assert not ran.error, ran.traceback
        return ran


async def test_a_script_answers_from_a_worker(runner: WarmRunner) -> None:
    assert (await _ran(runner, "AreValuesEqual", args={"left": "1", "right": "1"})).results == ["yes"]
    assert (await _ran(runner, "Exists", args={})).results == ["no"]
    [error] = (await _ran(runner, "PrintErrorEntry", args={"message": "It broke."})).results
    assert isinstance(error, dict)
    assert (error["Type"], error["Contents"]) == (4, "It broke.")


async def test_an_integration_finds_the_library_without_importing_it(runner: WarmRunner) -> None:
    text = "return_results(CommandResults('A', 'id', {'id': arg_to_number(demisto.args()['n'])}))"
    [entry] = (await _ran(runner, "Probe", text, args={"n": "7"})).results
    assert isinstance(entry, dict)
    assert entry["EntryContext"] == {"A(val.id && val.id == obj.id)": {"id": 7}}


async def test_a_big_file_passes_through_a_worker_with_flat_memory(runner: WarmRunner, service: Server) -> None:
    size = 128

    def send(handler: Handler) -> None:
        handler.answer(200, b"", Content_Length=str(size * MEBIBYTE))
        for _block in range(size):
            handler.wfile.write(bytes(MEBIBYTE))

    service.answers("/dump.zip", send)
    args = {"method": "GET", "url": f"{service.origin}/dump.zip?sig=geheim", "saveAsFile": "yes"}
    context = {"context": {"ScriptName": "http", "HttpAllowedOrigins": [service.origin]}}
    async with runner.run(_run("http", _text("http"), args=args, calling_context=context), FakeServer()) as ran:
        [entry] = ran.results
        assert isinstance(entry, dict)
        assert (entry["Type"], entry["File"]) == (3, "dump.zip"), entry
        assert (ran.scratch / f"42_{entry['FileID']}").stat().st_size == size * MEBIBYTE
    [peak] = (await _ran(runner, "Probe", PEAK_MEMORY)).results
    assert isinstance(peak, int)
    assert peak < 100, f"{peak} MiB"
