from pathlib import Path

import pytest

from tests.public_content.selecting import Lack, goes_on_with, read_needs, vendor_commands
from warroom.content.catalogue import Catalogue
from warroom.content.load import load_packs
from warroom.content.playbook import Task, TaskKind
from warroom.content.value import Simple

TREE = Path(__file__).with_name("tree")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(load_packs([TREE], whole=False))


@pytest.mark.parametrize(
    ("name", "commands"),
    [
        ("Buy Lantern", ["lantern-store-buy"]),
        ("Buy Lantern - Test", ["lantern-store-buy"]),
        ("Buy Lantern - Test dev", ["lantern-store-buy"]),
        ("Light Lantern - Test dev", []),
        ("Light Two - Test", []),
        ("Weather - Test", []),
        ("No Code - Test", []),
    ],
)
def test_commands_of_integrations_are_found_through_sub_playbooks(
    name: str, commands: list[str], catalogue: Catalogue
) -> None:
    assert list(vendor_commands(catalogue.playbook(name), catalogue)) == commands


def test_a_playbook_that_is_named_by_a_value_is_not_followed() -> None:
    task = Task(id="1", kind=TaskKind.REGULAR, name="1", script="setPlaybook", arguments={"name": Simple(value=3)})
    assert goes_on_with(task) == ""


def test_each_row_of_the_list_says_what_is_needed_and_why() -> None:
    needs = read_needs()
    assert needs["Docker Hardening Test"].what is Lack.SET_UP
    assert [name for name, need in needs.items() if not need.why.endswith(".")] == []
