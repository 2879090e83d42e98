import ast
import sys
from collections.abc import Callable
from pathlib import Path

from tests.host.lab import PID, Lab
from warroom.host.guest import session
from warroom.testing.code import python_code

CSP = python_code("""
    import demistomock as demisto
    loads = []
    loads.append(1)
    def return_results(value): demisto.results(value)
    def __line__(): return 12
    """)
COMMON = {"CommonServerPython": CSP}


async def test_main_is_called_as_in_xsoar(lab: Lab) -> None:
    text = """
        import demistomock as demisto
        from CommonServerPython import *
        from CommonServerUserPython import *
        def main(): return_results('main')
        if __name__ in ('__builtin__', 'builtins'): main()
        """
    assert await lab.results(text, modules=COMMON) == ["main"]


async def test_unified_code_finds_the_common_names_without_importing_them(lab: Lab) -> None:
    text = """
        register_module_line('Probe', 'start', __line__())
        register_module_line('SharedApiModule', 'start', __line__(), wrapper=-3)
        return_results('found')
        register_module_line('Probe', 'end', __line__())
        """
    assert await lab.results(text, modules=COMMON) == ["found"]


async def test_unified_code_runs_without_any_common_module(lab: Lab) -> None:
    assert await lab.results("register_module_line('Probe', 'start', __line__()); demisto.results(1)") == [1]


async def test_a_common_module_is_loaded_once_for_many_runs(lab: Lab) -> None:
    text = "from CommonServerPython import loads\nloads.append(1)\ndemisto.results(len(loads))"
    assert await lab.results(text, modules=COMMON) == [2]
    assert await lab.results(text, modules=COMMON) == [3]


async def test_a_changed_common_module_is_loaded_again(lab: Lab) -> None:
    text = "import CommonServerPython as c; demisto.results(c.__line__())"
    assert await lab.results(text, modules=COMMON) == [12]
    changed = {"CommonServerPython": python_code("def __line__(): return 13")}
    assert await lab.results(text, modules=changed) == [13]


async def test_a_broken_module_is_the_runs_error(lab: Lab) -> None:
    ran = await lab.ran("", modules={"CommonServerPython": python_code("1 / 0")})
    assert ran.error == "ZeroDivisionError: division by zero"


async def test_the_exception_that_everything_else_descends_from_is_caught(lab: Lab) -> None:
    assert (await lab.ran("raise KeyboardInterrupt('stop')")).error == "KeyboardInterrupt: stop"


async def test_a_very_long_error_is_cut(lab: Lab) -> None:
    ran = await lab.ran("raise ValueError('x' * 5_000_000)")
    assert len(ran.error) == session.ERROR_LENGTH
    assert len(ran.traceback) == session.TRACEBACK_LENGTH


async def test_running_out_of_memory_is_an_error_and_costs_the_worker(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(address_space=400 << 20)
    [first] = await lab.results(PID)
    ran = await lab.ran("b'x' * (1 << 30)")
    [second] = await lab.results(PID)
    assert ran.error == (
        "MemoryError. The run reached the limit of a worker's memory; ask it for less, or raise worker_memory_mb."
    )
    assert first != second


async def test_prints_and_log_lines_are_kept_apart_from_results(lab: Lab) -> None:
    ran = await lab.ran("print('printed'); demisto.debug('checked', 2); import sys; sys.stderr.write('warned\\n')")
    assert (list(ran.log), list(ran.results)) == (["printed", "debug: checked 2", "warned"], [])


async def test_a_flood_of_prints_is_cut_in_the_middle(lab: Lab) -> None:
    ran = await lab.ran("print('first')\nfor _ in range(200000): print('x' * 80)\nprint('last')")
    assert (ran.log[0], ran.log[-1]) == ("first", "last")
    assert any("bytes of output are left out" in line for line in ran.log)
    assert sum(map(len, ran.log)) < 300_000


def test_the_guest_imports_nothing_but_the_standard_library() -> None:
    found = [found for file in sorted(Path(session.__file__).parent.glob("*.py")) for found in foreign_imports(file)]
    assert found == ["javascript.py: quickjs"], "Only what runs JavaScript needs more, in workers of its own."


def foreign_imports(file: Path) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(file.read_text())):
        match node:
            case ast.Import():
                names += [alias.name for alias in node.names]
            case ast.ImportFrom(level=0, module=str(module)):
                names.append(module)
    return [f"{file.name}: {name}" for name in names if name.split(".")[0] not in sys.stdlib_module_names]


async def test_50_megabytes_of_prints_are_bounded(lab: Lab) -> None:
    ran = await lab.ran("print('first')\nprint('x' * (50 << 20))\nprint('last')")
    assert (ran.log[0], ran.log[-1]) == ("first", "last")
    assert sum(map(len, ran.log)) < 300_000


async def test_prints_that_are_no_text_come_through(lab: Lab) -> None:
    ran = await lab.ran("print('half \\ud800')\ndemisto.debug('half \\udfff', b'\\xff')\nraise ValueError('\\ud800')")
    assert list(ran.log) == ["half \\ud800", "debug: half \\udfff b'\\xff'"]
    assert ran.error == "ValueError: \N{REPLACEMENT CHARACTER}"  # what a worker gives is cleaned where it enters


async def test_a_thread_that_prints_after_the_end_disturbs_no_later_run(lab: Lab) -> None:
    text = """
        import threading
        def chatter():
            while True:
                print('chatter')
                demisto.debug('chatter')
        threading.Thread(target=chatter, daemon=True).start()
        """
    await lab.ran(text)
    for _ in range(3):
        assert list((await lab.ran("print('quiet')")).log) == ["quiet"]
