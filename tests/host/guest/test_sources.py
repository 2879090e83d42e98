import importlib
import linecache
import sys
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from warroom.host.guest.sources import PackModules, Sources

TEXTS = {
    "csp1": "import itertools\ncount = itertools.count()\ndef tableToMarkdown(): return 'one'\n_private = 1",
    "csp2": "def tableToMarkdown(): return 'two'",
    "api": "from CommonServerPython import *\ntext = tableToMarkdown()",
    "typed": "a: int = 1\nif a:\n    b: str = ''",
    "prints": "def loud(text): demisto.results(text)",
    "user": "def tableToMarkdown(): return 'mine'",
}


@pytest.fixture
def modules() -> Iterator[PackModules]:
    sources = Sources()
    sources.add(TEXTS)
    modules = PackModules(sources)
    sys.meta_path.insert(0, modules)
    yield modules
    sys.meta_path.remove(modules)
    for name in ("CommonServerPython", "CommonServerUserPython", "XApiModule"):
        sys.modules.pop(name, None)


def test_compiling_happens_once_and_tracebacks_find_the_lines() -> None:
    sources = Sources()
    sources.add({"a": "x = 1\ny = 2"})
    assert sources.compiled("Probe", "a") is sources.compiled("Probe", "a")
    assert linecache.getline("<Probe>", 2) == "y = 2"


def test_a_text_that_newer_pythons_warn_of_is_compiled_in_silence() -> None:
    sources = Sources()
    sources.add({"a": r'pattern = "\d"', "b": "x = 1 is 1"})
    assert sources.compiled("Probe", "a").co_names == ("pattern",)
    assert sources.compiled("Probe", "b").co_names == ("x",)


def test_a_text_of_a_file_has_that_files_name_and_lines() -> None:
    sources = Sources()
    sources.add({"a": "x = 1\ny = 2"}, {"a": ("Sample/Scripts/Shout.yml", 6)})
    code = sources.compiled("Shout", "a")
    assert (code.co_filename, {line for *_, line in code.co_lines() if line}) == ("Sample/Scripts/Shout.yml", {7, 8})
    assert linecache.getline("Sample/Scripts/Shout.yml", 8) == "y = 2"


def test_a_module_is_imported_once(modules: PackModules) -> None:
    modules.want({"CommonServerPython": "csp1"})
    first = importlib.import_module("CommonServerPython")
    modules.want({"CommonServerPython": "csp1"})
    assert importlib.import_module("CommonServerPython") is first


def test_a_changed_module_takes_with_it_those_that_imported_it(modules: PackModules) -> None:
    modules.want({"CommonServerPython": "csp1", "XApiModule": "api"})
    assert importlib.import_module("XApiModule").text == "one"
    modules.want({"CommonServerPython": "csp2", "XApiModule": "api"})
    assert importlib.import_module("XApiModule").text == "two"


def test_a_module_is_there_only_for_runs_that_have_it(modules: PackModules) -> None:
    modules.want({"CommonServerPython": "csp1", "XApiModule": "api"})
    first = importlib.import_module("XApiModule")
    modules.want({"CommonServerPython": "csp1"})
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("XApiModule")
    modules.want({"CommonServerPython": "csp1", "XApiModule": "api"})
    assert importlib.import_module("XApiModule") is first


def test_common_names_hold_private_ones_and_the_users_win(modules: PackModules) -> None:
    modules.want({"CommonServerPython": "csp1", "CommonServerUserPython": "user"})
    names = modules.common_names()
    assert names["_private"] == 1
    assert names["tableToMarkdown"]() == "mine"  # type: ignore[operator]  # a function of the text above
    assert "__name__" not in names


def test_a_module_finds_demisto_without_importing_it(modules: PackModules, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setitem(sys.modules, "demistomock", SimpleNamespace(results=said.append))
    modules.want({"XApiModule": "prints"})
    importlib.import_module("XApiModule").loud("hello")
    assert said == ["hello"]


def test_annotations_stay_in_their_module(modules: PackModules) -> None:
    modules.want({"CommonServerPython": "typed"})
    assert {*modules.common_names()} == {"a", "b"}


def test_common_names_follow_the_modules(modules: PackModules) -> None:
    assert modules.common_names() == {}
    modules.want({"CommonServerPython": "csp1"})
    assert "count" in modules.common_names()


def test_the_users_module_can_be_imported_though_there_is_none(modules: PackModules) -> None:
    modules.want({})
    empty = importlib.import_module("CommonServerUserPython")
    assert not hasattr(empty, "tableToMarkdown")
    modules.want({"CommonServerUserPython": "user"})
    assert importlib.import_module("CommonServerUserPython").tableToMarkdown() == "mine"
