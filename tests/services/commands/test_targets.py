from dataclasses import replace

import pytest

from tests.services.world import an_instance, command, lab, script
from warroom.content.integration import Argument, Command, Integration
from warroom.services.commands.targets import (
    BuiltinTarget,
    CommandTarget,
    Resolved,
    ScriptTarget,
    Target,
    UnavailableCommandError,
)
from warroom.services.secrecy.masking import MASK
from warroom.testing.code import python_code

ISOLATE = command("isolate", "host", execution=True)
OTHER = Integration(id="Other", name="Other Product", commands={}, code=python_code(""))
LAB = lab(ISOLATE)
OFFERED = Resolved(name="isolate", offers=((LAB, ISOLATE), (OTHER, Command(name="isolate"))), is_action=True)
LAB_1, LAB_2 = an_instance("lab-1"), an_instance("lab-2")
OTHER_1 = an_instance("other-1", integration="Other")
OFF = an_instance("lab-off", enabled=False)


def names(targets: list[Target]) -> list[str]:
    return [target.instance.name for target in targets if isinstance(target, CommandTarget)]


@pytest.mark.parametrize(
    "here",
    [BuiltinTarget(name="setIncident"), ScriptTarget(script=script("Print", "value!"))],
    ids=["server", "script"],
)
def test_what_needs_no_instance_runs_without_one(here: BuiltinTarget | ScriptTarget) -> None:
    assert Resolved(name="x", here=here).targets([]) == [here]


def test_a_command_goes_to_every_enabled_instance_that_offers_it() -> None:
    assert names(OFFERED.targets([LAB_1, LAB_2, OTHER_1, OFF])) == ["lab-1", "lab-2", "other-1"]


def test_an_instance_may_be_named() -> None:
    assert names(OFFERED.targets([LAB_1, LAB_2, OTHER_1], using="lab-2")) == ["lab-2"]


def test_each_target_has_the_arguments_that_its_own_integration_declares() -> None:
    targets = OFFERED.targets([LAB_1, OTHER_1])
    assert [[argument.name for argument in target.arguments] for target in targets] == [["host"], []]
    assert {argument.name for argument in BuiltinTarget(name="setPlaybook").arguments} == {"name", "incidentId"}


@pytest.mark.parametrize(
    ("resolved", "changes"),
    [
        (Resolved(name="setIncident", here=BuiltinTarget(name="setIncident")), True),
        (Resolved(name="getContext", here=BuiltinTarget(name="getContext")), False),
        (Resolved(name="Print", here=ScriptTarget(script=script("Print", "value!"))), False),
        (Resolved(name="isolate", is_action=True), True),
        (Resolved(name="gone"), False),
    ],
)
def test_what_writes_here_or_acts_outside_changes_something(resolved: Resolved, changes: bool) -> None:
    assert resolved.changes is changes


def test_what_is_required_has_no_default() -> None:
    made = (Argument(name="a", required=True), Argument(name="b", required=True, default_value="x"), Argument(name="c"))
    target = ScriptTarget(script=replace(script("Print"), arguments=made))
    assert Resolved(name="Print", here=target).required == {"a"}
    assert OFFERED.arguments == OFFERED.offers[0][1].arguments
    assert Resolved(name="gone").arguments == ()


@pytest.mark.parametrize(
    ("resolved", "using", "words"),
    [
        (Resolved(name="gone", missing="There is no gone."), "", r"There is no gone\."),
        (Resolved(name="gone"), "", r"There is no command or script 'gone'\."),
        (OFFERED, "", "isolate needs an enabled instance of Lab or Other. Add one with `warroom instance add NAME"),
        (OFFERED, "nobody", "No enabled instance 'nobody' offers isolate"),
        (OFFERED, "lab-off", "No enabled instance 'lab-off' offers isolate"),
    ],
)
def test_what_is_not_there_is_said_with_what_to_do(resolved: Resolved, using: str, words: str) -> None:
    with pytest.raises(UnavailableCommandError, match=words):
        resolved.targets([OFF], using)


def test_people_see_arguments_without_what_is_secret() -> None:
    resolved = Resolved(name="open", secrets=frozenset({"pin"}))
    assert resolved.visible({"pin": "1234", "file": "a", "password": "b"}) == {
        "pin": MASK,
        "file": "a",
        "password": MASK,
    }


@pytest.mark.parametrize(("keyed", "blind"), [(True, False), (False, True)])
def test_an_action_acts_blindly_unless_a_key_makes_it_act_once(*, keyed: bool, blind: bool) -> None:
    assert replace(OFFERED, is_keyed=keyed).acts_blindly is blind
    assert not replace(OFFERED, is_action=False, is_keyed=keyed).acts_blindly
