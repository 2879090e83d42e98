import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.host.lab import Lab
from warroom.content.catalogue import Catalogue
from warroom.content.load import load_pack
from warroom.host.guest.traces import LEFT_OUT, trace_of
from warroom.services.ports.runner import Run

API_MODULE = """from CommonServerPython import *

def ask(host):
    raise ValueError(f"{host} is silent")
"""
SCRIPT = """from AskApiModule import *

def main():
    password = "hunter2 of the variable"
    ask("FIN-1")

if __name__ in ("__main__", "builtins"):
    main()
"""
COMMON = """import sys
import demistomock as demisto

def return_error(text):
    demisto.results({'Type': 4, 'Contents': text})
    sys.exit(0)
"""


def the_yml(name: str, code: str = "'-'") -> str:
    return f"commonfields: {{id: {name}}}\nname: {name}\ntype: python\nscript: {code}\n"


@pytest.fixture
def probe(tmp_path: Path) -> Path:
    """A pack of three scripts in the package form."""
    for name, code in {"Look": SCRIPT, "AskApiModule": API_MODULE, "CommonServerPython": COMMON}.items():
        folder = tmp_path / "Probe" / "Scripts" / name
        folder.mkdir(parents=True)
        (folder / f"{name}.yml").write_text(the_yml(name))
        (folder / f"{name}.py").write_text(code)
    return tmp_path / "Probe"


def a_run_of(pack: Path, script: str) -> Run:
    catalogue = Catalogue([load_pack(pack)])
    found = catalogue.find_script(script)
    assert found is not None
    return Run(worker="scripts", code=found.code, name=found.name, modules=catalogue.module_sources(), timeout=20.0)


async def traceback_of(lab: Lab, run: Run) -> str:
    async with lab.runner.run(run, lab.server) as ran:
        return ran.traceback


async def test_frames_name_the_files_of_the_pack_and_show_their_lines(lab: Lab, probe: Path) -> None:
    told = await traceback_of(lab, a_run_of(probe, "Look"))
    lines = [line for line in told.splitlines() if line.strip("~^ ")]  # newer Pythons underline what failed
    assert lines == [
        "Traceback (most recent call last):",
        '  File "Probe/Scripts/Look/Look.py", line 8, in <module>',
        "    main()",
        '  File "Probe/Scripts/Look/Look.py", line 5, in main',
        '    ask("FIN-1")',
        '  File "Probe/Scripts/AskApiModule/AskApiModule.py", line 4, in ask',
        '    raise ValueError(f"{host} is silent")',
        "ValueError: FIN-1 is silent",
    ]


async def test_code_in_a_yml_of_a_zip_has_the_lines_of_the_yml(lab: Lab, tmp_path: Path) -> None:
    path = tmp_path / "Packed.zip"
    with ZipFile(path, "w") as archive:
        archive.writestr("metadata.json", '{"id": "Packed"}')
        archive.writestr("Scripts/script-Fail.yml", the_yml("Fail", "|-\n  x = 1\n\n  1 / 0"))
    told = await traceback_of(lab, a_run_of(path, "Fail"))
    assert 'File "Packed.zip/Scripts/script-Fail.yml", line 7, in <module>\n    1 / 0\n' in told


async def test_code_that_a_yml_quotes_has_lines_of_its_own(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "Fail.yml").write_text(the_yml("Fail", '"x = 1\\n1 / 0"'))
    told = await traceback_of(lab, a_run_of(tmp_path / "Fail.yml", "Fail"))
    assert f'File "{tmp_path.name}/Fail.yml (its script)", line 2, in <module>\n    1 / 0\n' in told


async def test_the_same_text_in_two_files_is_told_apart(lab: Lab, tmp_path: Path) -> None:
    for name in ("One", "Two"):
        (tmp_path / "Twins" / "Scripts").mkdir(parents=True, exist_ok=True)
        (tmp_path / "Twins" / "Scripts" / f"{name}.yml").write_text(the_yml(name, "|\n  1 / 0"))
    for name in ("One", "Two", "One"):
        told = await traceback_of(lab, a_run_of(tmp_path / "Twins", name))
        assert f'File "Twins/Scripts/{name}.yml", line 5' in told


async def test_frames_of_the_runtime_are_left_out(lab: Lab) -> None:
    ran = await lab.ran("def look():\n    return demisto.getModules()\nlook()")
    assert ran.traceback.count("File ") == 2
    assert "/guest/" not in ran.traceback


async def test_an_import_that_fails_shows_the_pack_and_not_the_import_system(lab: Lab, probe: Path) -> None:
    (probe / "Scripts" / "AskApiModule" / "AskApiModule.py").write_text("import json\n\n1 / 0\n")
    told = await traceback_of(lab, a_run_of(probe, "Look"))
    assert 'File "Probe/Scripts/AskApiModule/AskApiModule.py", line 3, in <module>' in told
    assert "frozen importlib" not in told


async def test_a_syntax_error_has_the_line_of_the_file(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "Broken.yml").write_text(the_yml("Broken", "|\n  x = 1\n  def f(:"))
    told = await traceback_of(lab, a_run_of(tmp_path / "Broken.yml", "Broken"))
    assert f'File "{tmp_path.name}/Broken.yml", line 6\n    def f(:' in told


async def test_an_error_that_code_has_caught_and_ended_with_is_told(lab: Lab, probe: Path) -> None:
    (probe / "Scripts" / "Look" / "Look.py").write_text(
        "try:\n    1 / 0\nexcept Exception as error:\n    return_error(f'Look: {error}')\n"
    )
    async with lab.runner.run(a_run_of(probe, "Look"), lab.server) as ran:
        assert ran.error == ""
        assert 'File "Probe/Scripts/Look/Look.py", line 2, in <module>' in ran.traceback
        assert ran.traceback.endswith("ZeroDivisionError: division by zero\n")


async def test_an_exit_without_an_error_tells_nothing(lab: Lab) -> None:
    assert (await lab.ran("import sys\nsys.exit(0)")).traceback == ""


def failure_of(function: Callable[[], object]) -> BaseException:
    with pytest.raises(Exception) as caught:  # noqa: PT011  # any will do
        function()
    return caught.value


def chained() -> None:
    try:
        int("x")
    except ValueError as error:
        raise ExceptionGroup("many", [KeyError("a"), OSError("b")]) from error


def test_causes_and_groups_are_told() -> None:
    told = trace_of(failure_of(chained), 10_000)
    assert all(text in told for text in ("ValueError: invalid literal", "direct cause", "KeyError: 'a'", "OSError: b"))


def test_a_long_message_leaves_the_frames_to_be_read() -> None:
    def fail() -> None:
        raise ValueError("x" * 100_000)

    told = trace_of(failure_of(fail), 2_000)
    assert (len(told), LEFT_OUT in told, "in fail" in told) == (2_000, True, True)


def test_endless_recursion_is_told_in_brief() -> None:
    def fall() -> None:
        fall()

    told = trace_of(failure_of(fall), 10_000)
    assert "Previous line repeated" in told
    assert sys.getrecursionlimit() > told.count("File ")
