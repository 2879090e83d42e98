"""Product playbooks of our small tree, with a vendor and people who answer."""

from pathlib import Path

import pytest

from tests.public_content.products import SAMPLE, answer_to, answering, inputs_for, sample_of, some_of, vendors_of
from tests.public_content.public_content import measure
from tests.public_content.report import Result, page
from tests.public_content.running import Ending
from tests.public_content.test_public_content import options
from warroom.content.catalogue import Catalogue
from warroom.content.integration import Command, CommandOutput
from warroom.content.load import load_packs
from warroom.model.json import Json

TREE = Path(__file__).with_name("tree")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(load_packs([TREE], whole=False))


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return measure(tmp_path_factory.mktemp("home"), options("--set", "products"))


@pytest.mark.slow
def test_product_playbooks_come_to_their_end_with_vendors_and_people_who_answer(result: Result) -> None:
    assert {outcome.name: outcome.ending for outcome in result.outcomes} == dict.fromkeys(
        ("Buy Lantern", "Choose Lantern", "Light Lantern"), Ending.COMPLETED
    )
    assert [outcome.ending for outcome in result.again] == [Ending.COMPLETED] * 3


@pytest.mark.slow
def test_a_condition_is_decided_both_ways_when_a_vendor_finds_something_and_nothing(result: Result) -> None:
    ways = [branch for one in (*result.outcomes, *result.again) for branch in one.branches]
    assert sorted(ways) == [
        ("Choose Lantern", "2", "#default#"),
        ("Choose Lantern", "2", "yes"),
        ("Choose Lantern", "3", "Yes"),
    ]
    assert "| came to their end | 3 of 3 (100 %) |" in page(result)
    assert "| of them both ways | 1 (50 %) |" in page(result)


def test_the_same_ones_are_chosen_each_time(catalogue: Catalogue) -> None:
    ids = ["Light Lantern", "Buy Lantern", "Choose Lantern"]
    chosen = some_of(catalogue.playbooks, ids, 2)
    assert len(chosen) == 2
    assert chosen == some_of(catalogue.playbooks, reversed(ids), 2)


def test_inputs_without_a_text_of_their_own_are_filled(catalogue: Catalogue) -> None:
    assert inputs_for(catalogue.playbook("Choose Lantern")) == {"Colour": SAMPLE}
    assert inputs_for(catalogue.playbook("Light Lantern")) == {}


def test_a_vendor_is_one_whose_commands_are_reached_and_needs_no_setting(catalogue: Catalogue) -> None:
    [vendor] = vendors_of([catalogue.playbook("Choose Lantern"), catalogue.playbook("Buy Lantern")], catalogue)
    made = answering(vendor)
    assert (vendor.id, made["configuration"]) == ("Lantern Store", [])
    assert [command["name"] for command in made["script"]["commands"]] == ["lantern-store-buy"]


def test_what_is_declared_is_answered() -> None:
    outputs = [
        ("File(val.MD5 == obj.MD5).Size", "Number"),
        ("File.Info", ""),
        ("File.Info.Seen", "date"),
        ("Ok", "Boolean"),
    ]
    command = Command(name="c", outputs=tuple(CommandOutput(context_path=path, type=kind) for path, kind in outputs))
    assert sample_of(command) == {"File": {"Size": 1, "Info": {"Seen": "2026-11-30T12:00:00Z"}}, "Ok": True}


@pytest.mark.parametrize(
    ("kind", "options", "answer"),
    [("singleSelect", ["red", "blue"], "red"), ("number", [], 1), ("shortText", [], SAMPLE)],
)
def test_a_question_gets_its_first_option_or_a_value_of_its_type(kind: str, options: list[Json], answer: Json) -> None:
    assert answer_to({"type": kind, "options": options}) == answer
