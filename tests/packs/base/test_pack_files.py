"""What the pack says of itself: metadata, and for each script its yml, its code and its README."""

import ast
import json
import symtable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from tests.packs.base.content import SCRIPTS

PACK = SCRIPTS.parent
NAMES = sorted(path.name for path in SCRIPTS.iterdir())
LIBRARIES = ("CommonServer", "CommonServerPython", "CommonServerUserPython")
IN_JAVASCRIPT = ("CommonServer",)
# XSOAR checks both libraries' and scripts' images by this tag.
IMAGE = "demisto/python3:3.12.13.10116658"


def _yml(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load((SCRIPTS / name / f"{name}.yml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    return loaded


def _arguments_read(name: str) -> set[str]:
    """The text constants of the code: every argument that it reads is among them."""
    tree = ast.parse((SCRIPTS / name / f"{name}.py").read_text(encoding="utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_the_pack_holds_the_scripts_that_playbooks_rely_on() -> None:
    wanted = """
        AreValuesEqual CloseInvestigationAsDuplicate CommonServer CommonServerPython CommonServerUserPython
        DeleteContext Exists GenericPollingScheduledTask
        IsIntegrationAvailable Print PrintErrorEntry RunPollingCommand ScheduleCommand ScheduleGenericPolling
        Set SetAndHandleEmpty Sleep StopScheduledTask http
    """
    assert wanted.split() == NAMES


def test_the_metadata_names_what_xsoar_asks_for() -> None:
    metadata = json.loads((PACK / "pack_metadata.json").read_text(encoding="utf-8"))
    assert (metadata["name"], metadata["support"]) == ("Warroom Base", "community")
    assert metadata["marketplaces"] == ["xsoar", "marketplacev2", "platform"]
    for key in ("description", "currentVersion", "author", "url", "categories", "tags", "useCases", "keywords"):
        assert key in metadata
    for name in ("README.md", ".pack-ignore", ".secrets-ignore"):
        assert (PACK / name).is_file()


@pytest.mark.parametrize("name", IN_JAVASCRIPT)
def test_a_script_in_javascript_has_its_code_its_yml_and_its_readme(name: str) -> None:
    assert {f"{name}.js", f"{name}.yml", "README.md"} == {path.name for path in (SCRIPTS / name).iterdir()}
    yml = _yml(name)
    assert (yml["commonfields"]["id"], yml["name"], yml["type"]) == (name, name, "javascript")
    assert (yml["script"], yml["fromversion"]) == ("", "6.10.0")


@pytest.mark.parametrize("name", [name for name in NAMES if name not in IN_JAVASCRIPT])
def test_a_script_has_its_code_its_yml_and_its_readme(name: str) -> None:
    assert {f"{name}.py", f"{name}.yml", "README.md"} <= {path.name for path in (SCRIPTS / name).iterdir()}
    yml = _yml(name)
    assert (yml["commonfields"]["id"], yml["name"], yml["type"], yml["subtype"]) == (name, name, "python", "python3")
    assert (yml["dockerimage"], yml["fromversion"]) == (IMAGE, "6.10.0")
    assert yml["script"] == ""


@pytest.mark.parametrize("name", [name for name in NAMES if name not in LIBRARIES])
def test_a_script_imports_what_is_not_of_the_library_itself(name: str, csp: ModuleType) -> None:
    """Where Palo Alto's library is installed, what ours happens to import is not there."""
    names = symtable.symtable((SCRIPTS / name / f"{name}.py").read_text(encoding="utf-8"), name, "exec")
    borrowed = {one: getattr(csp, one) for one in _unbound(names) if hasattr(csp, one)}
    assert [
        one
        for one, value in borrowed.items()
        if isinstance(value, ModuleType) or getattr(value, "__module__", csp.__name__) != csp.__name__
    ] == []


def _unbound(table: symtable.SymbolTable) -> set[str]:
    """Return the names that a module uses and does not bind."""
    bound = {one.get_name() for one in table.get_symbols() if one.is_assigned() or one.is_imported()}
    used, todo = set[str](), [table]
    while todo:
        scope = todo.pop()
        todo += scope.get_children()
        used |= {one.get_name() for one in scope.get_symbols() if one.is_global() and one.is_referenced()}
    return used - bound


@pytest.mark.parametrize("name", [name for name in NAMES if name not in LIBRARIES])
def test_every_declared_argument_is_read_and_described(name: str) -> None:
    arguments = _yml(name)["args"]
    readme = (SCRIPTS / name / "README.md").read_text(encoding="utf-8")
    assert {argument["name"] for argument in arguments} <= _arguments_read(name)
    for argument in arguments:
        assert f"| {argument['name']} | {argument['description']}" in readme
    assert sum(bool(argument.get("default")) for argument in arguments) <= 1


@pytest.mark.parametrize("name", NAMES)
def test_the_choices_of_an_argument_are_text(name: str) -> None:
    for argument in _yml(name).get("args", []):
        assert all(isinstance(choice, str) for choice in argument.get("predefined", []))
        assert isinstance(argument.get("defaultValue", ""), str)


@pytest.mark.parametrize("path", sorted(PACK.rglob("*")), ids=lambda path: path.name)
def test_no_licence_words_are_in_files_where_xsoar_refuses_them(path: Path) -> None:
    if path.suffix in (".py", ".md"):
        text = path.read_text(encoding="utf-8")
        assert not [word for word in ("Copyright", "MIT ", "BSD", "Proprietary") if word in text]
