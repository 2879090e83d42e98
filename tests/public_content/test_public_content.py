"""The program on a small tree of our own, which has the shapes that public content has."""

import argparse
import re
from pathlib import Path
from shutil import copytree

import pytest

from tests.public_content.public_content import arguments, main, measure
from tests.public_content.report import Result, page, with_result
from tests.public_content.running import Ending, Outcome

TREE = Path(__file__).with_name("tree")
NEEDS = Path(__file__).with_name("needs_of_the_tree.toml")
LIGHT = "TestPlaybooks/playbook-Light_Lantern_-_Test.yml"

pytestmark = pytest.mark.slow


def options(*words: str, tree: Path = TREE) -> argparse.Namespace:
    return arguments().parse_args([str(tree), "--needs", str(NEEDS), *words])


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return measure(tmp_path_factory.mktemp("home"), options())


def outcome_of(result: Result, name: str) -> Outcome:
    return next(outcome for outcome in result.outcomes if outcome.name == name)


def test_packs_are_installed_without_the_files_that_cannot_be_read(result: Result) -> None:
    assert (result.installed.packs, result.installed.refused, result.left_out) == (2, {}, 1)


def test_what_needs_a_vendor_is_not_run_nor_what_the_list_names(result: Result) -> None:
    selection = result.selection
    assert (result.playbooks, selection.with_vendor, list(selection.listed)) == (13, 2, ["Weather - Test"])
    run = {outcome.name for outcome in result.outcomes}
    assert run.isdisjoint({"Buy Lantern - Test", "Buy Lantern - Test dev", "Weather - Test"})
    assert len(run) == 10


@pytest.mark.parametrize(
    ("name", "ending", "what", "which"),
    [
        ("No Colour - Test", Ending.ON_PURPOSE, "", ""),
        ("Light Two - Test", Ending.FAILED, "an expectation does not hold", "RaiseError"),
        ("Dim Lantern - Test", Ending.FAILED, "a script is in PowerShell", "DimLantern"),
        ("No Code - Test", Ending.FAILED, "a file of a pack cannot be read", "NoCode"),
        ("Ask Colour - Test", Ending.WAITS, "a person is asked", "Is it green?"),
        ("Wait For Dawn - Test", Ending.OVER_TIME, "it takes longer than it may", "Sleep until then"),
        ("Light It Again - Test", Ending.OVER_TIME, "it takes longer than it may", "Light It Again - Test"),
        ("Light Wanted - Test", Ending.NOT_STARTED, "an input is empty", "Wanted"),
    ],
)
def test_each_end_is_told_apart(result: Result, name: str, ending: Ending, what: str, which: str) -> None:
    outcome = outcome_of(result, name)
    assert outcome.ending is ending
    assert (outcome.cause.what, outcome.cause.which) if outcome.cause else (what, which) == ("", "")


@pytest.mark.parametrize("name", ["Light Lantern - Test", "Light Lantern - Test dev"])
def test_a_playbook_whose_expectations_hold_completes_and_they_are_counted(result: Result, name: str) -> None:
    outcome = outcome_of(result, name)
    assert (outcome.ending, outcome.cause, outcome.assertions) == (Ending.COMPLETED, None, 3)


def test_the_page_has_the_figures_and_the_causes(result: Result) -> None:
    text = page(result)
    assert "| packs installed | 2 of 2 |" in text
    assert "| came to their end | 3 of 10 (30 %) |" in text
    assert "| an expectation does not hold | 1 | RaiseError |" in text
    assert "| internet | 1 |" in text


def test_a_result_takes_the_place_of_the_one_before() -> None:
    once = with_result("# Page\n\n<!-- result -->\n<!-- end -->\n\nMore.\n", "| a |\n", "Monday.")
    assert once == "# Page\n\n<!-- result -->\nMonday.\n\n| a |\n<!-- end -->\n\nMore.\n"
    assert with_result(once, "| b |", "Tuesday.") == once.replace("| a |", "| b |").replace("Monday", "Tuesday")


@pytest.mark.parametrize(("expected", "instead"), [("green", "grey"), ("'true'", "'false'")])
def test_an_expectation_turned_around_makes_its_playbook_fail(
    expected: str, instead: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tree = copytree(TREE, tmp_path / "tree")
    file = tree / "Packs" / "Lanterns" / LIGHT
    text = file.read_text(encoding="utf-8")
    turned = re.sub(rf"(expectedValue:\n\s+simple: ){expected}", rf"\g<1>{instead}", text)
    assert turned != text
    file.write_text(turned, encoding="utf-8")

    home = tmp_path / "home"
    assert main([str(tree), "--home", str(home), "--only", "Light Lantern - Test", "--details", "--least", "1"]) == 1

    said = capsys.readouterr().out
    assert "Light Lantern - Test: failed; an expectation does not hold (VerifyContext): There is" in said
    assert f"not {instead.strip(chr(39))}" in said
