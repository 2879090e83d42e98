from pathlib import Path

import pytest

from tests.services.world import an_instance, command, lab, script
from warroom.content.catalogue import Catalogue
from warroom.content.integration import Argument, Command, Integration
from warroom.content.pack import Pack
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json
from warroom.services.execution.call import Call, Controls, Origin
from warroom.services.execution.targets import (
    BuiltinTarget,
    CommandTarget,
    ScriptTarget,
    Target,
    UnavailableCommandError,
    arguments_of,
    find_targets,
    is_action,
    is_keyed,
    secret_arguments,
)
from warroom.testing.code import python_code
from warroom.testing.samples import an_incident

KEYED = command("isolate", "host", "idempotency_key", execution=True)
OTHER = Integration(
    id="Other",
    name="Other Product",
    commands={"isolate": Command(name="isolate", execution=True, arguments=(Argument(name="pin", secret=True),))},
    code=python_code(""),
)
LAB = lab(KEYED, command("read"), command("Print"))
PACK = Pack(
    id="p",
    name="p",
    version="1",
    path=Path("p"),
    integrations={"Lab": LAB, "Other": OTHER},
    scripts={"s1": script("Print", "value!", id="s1"), "wipe": script("wipe", execution=True)},
)
CATALOGUE = Catalogue([PACK])
LAB_1, LAB_2 = an_instance("lab-1"), an_instance("lab-2")
OTHER_1 = an_instance("other-1", integration="Other")
OFF = an_instance("lab-off", enabled=False)


def found(name: str, *instances: IntegrationInstance, brand: str = "", **controls: Json) -> list[Target]:
    call = Call(
        incident=an_incident(), name=name, brand=brand, controls=Controls(**controls), origin=Origin(actor="ana")
    )
    return find_targets(CATALOGUE, frozenset({"setIncident"}), instances, call)


def names(targets: list[Target]) -> list[str]:
    return [target.instance.name for target in targets if isinstance(target, CommandTarget)]


@pytest.mark.parametrize("brand", ["", "Builtin"])
def test_a_server_command_comes_first(brand: str) -> None:
    assert found("setIncident", brand=brand) == [BuiltinTarget(name="setIncident")]


@pytest.mark.parametrize("name", ["Print", "s1"])
def test_a_script_is_found_by_id_and_name_before_a_command_of_its_name(name: str) -> None:
    (target,) = found(name, LAB_1)
    assert isinstance(target, ScriptTarget)
    assert [argument.name for argument in arguments_of(target)] == ["value"]


def test_a_brand_means_a_command_even_where_a_script_has_the_name() -> None:
    assert names(found("Print", LAB_1, brand="Lab")) == ["lab-1"]


def test_a_command_goes_to_every_enabled_instance_that_offers_it() -> None:
    assert names(found("isolate", LAB_1, LAB_2, OTHER_1, OFF)) == ["lab-1", "lab-2", "other-1"]


def test_a_brand_an_instance_or_both_narrow_it_down() -> None:
    everyone = (LAB_1, LAB_2, OTHER_1)
    assert names(found("isolate", *everyone, brand="Lab")) == ["lab-1", "lab-2"]
    assert names(found("isolate", *everyone, using_brand="Other")) == ["other-1"]
    assert names(found("isolate", *everyone, using="lab-2")) == ["lab-2"]


@pytest.mark.parametrize(
    ("name", "controls", "words"),
    [
        ("isolat", {}, r"There is no command or script `isolat`; did you mean `isolate`\?"),
        ("Pritn", {}, r"There is no command or script `Pritn`; did you mean `Print`\?"),
        ("setincident", {}, r"There is no command or script `setincident`; did you mean `setIncident`\?"),
        ("quite different", {}, "There is no command `quite different`; install the pack that has it"),
        ("read", {"brand": "Other"}, "`Other` has no command `read`"),
        ("read", {}, "read needs an enabled instance of Lab. Add one with `warroom instance add NAME"),
        ("isolate", {"using": "nobody"}, "No enabled instance 'nobody' offers isolate"),
        ("isolate", {"using": "lab-off"}, "No enabled instance 'lab-off' offers isolate"),
    ],
)
def test_what_is_not_there_is_said_with_what_to_do(name: str, controls: dict[str, str], words: str) -> None:
    with pytest.raises(UnavailableCommandError, match=words):
        found(name, OFF, OTHER_1, **controls)


def test_a_server_command_that_we_do_not_have_is_unavailable() -> None:
    with pytest.raises(UnavailableCommandError):
        found("linkIncidents", brand="Builtin")


def test_what_changes_something_outside_is_an_action() -> None:
    assert is_action(CATALOGUE, "isolate", "")
    assert is_action(CATALOGUE, "wipe", "")
    assert not is_action(CATALOGUE, "read", "")
    assert not is_action(CATALOGUE, "gone", "")


def test_a_command_is_keyed_only_where_everyone_who_may_run_it_promises_so() -> None:
    assert is_keyed(CATALOGUE, "isolate", "Lab")
    assert not is_keyed(CATALOGUE, "isolate", "")
    assert not is_keyed(CATALOGUE, "wipe", "")


def test_secret_arguments_are_named() -> None:
    assert secret_arguments(CATALOGUE, "isolate", "") == {"pin"}
    assert secret_arguments(CATALOGUE, "isolate", "Lab") == frozenset()


def test_a_server_command_declares_no_arguments() -> None:
    assert arguments_of(BuiltinTarget(name="setIncident")) == ()
