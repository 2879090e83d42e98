from dataclasses import replace
from pathlib import Path

import pytest

from tests.services.world import command, lab, script
from warroom.content.catalogue import Catalogue
from warroom.content.integration import Argument, Command, Integration
from warroom.content.pack import Pack
from warroom.services.commands.targets import BuiltinTarget, ScriptTarget
from warroom.services.execution.look_up import look_up
from warroom.testing.code import python_code

KEYED = command("isolate", "host", "idempotency_key", execution=True)
OTHER = Integration(
    id="Other",
    name="Other Product",
    commands={"isolate": Command(name="isolate", execution=True, arguments=(Argument(name="pin", secret=True),))},
    code=python_code(""),
)
LAB = lab(KEYED, command("read"), command("Print"), command("unlock", "idempotency_key"))
UNLOCK = replace(script("unlock", execution=True), arguments=(Argument(name="pin", secret=True),))
PACK = Pack(
    id="p",
    name="p",
    version="1",
    path=Path("p"),
    integrations={"Lab": LAB, "Other": OTHER},
    scripts={"s1": script("Print", "value!", id="s1"), "wipe": script("wipe", execution=True), "unlock": UNLOCK},
)
CATALOGUE = Catalogue([PACK])


@pytest.mark.parametrize("brand", ["", "Builtin"])
def test_a_server_command_comes_first(brand: str) -> None:
    assert look_up(CATALOGUE, "setIncident", brand).here == BuiltinTarget(name="setIncident")


@pytest.mark.parametrize("name", ["Print", "s1"])
def test_a_script_is_found_by_id_and_name_before_a_command_of_its_name(name: str) -> None:
    found = look_up(CATALOGUE, name)
    assert isinstance(found.here, ScriptTarget)
    assert ([argument.name for argument in found.here.arguments], found.offers) == (["value"], ())


def test_a_brand_means_a_command_even_where_a_script_has_the_name() -> None:
    found = look_up(CATALOGUE, "Print", "Lab")
    assert (found.here, [integration.id for integration, _ in found.offers]) == (None, ["Lab"])


def test_a_brand_that_is_only_to_be_used_leaves_scripts_and_built_in_commands_what_they_are() -> None:
    script_found = look_up(CATALOGUE, "wipe", using_brand="Lab")
    assert isinstance(script_found.here, ScriptTarget)
    assert script_found.is_action
    assert look_up(CATALOGUE, "setIncident", using_brand="Lab").here == BuiltinTarget(name="setIncident")
    assert [found.id for found, _ in look_up(CATALOGUE, "isolate", "Lab", using_brand="Other").offers] == ["Other"]
    assert look_up(CATALOGUE, "read", using_brand="Other").missing.startswith("`Other` has no command `read`")


def test_a_brand_is_an_integrations_id_or_name() -> None:
    assert [
        [integration.id for integration, _ in look_up(CATALOGUE, "isolate", brand).offers]
        for brand in ("", "Lab", "Other", "Other Product")
    ] == [["Lab", "Other"], ["Lab"], ["Other"], ["Other"]]


@pytest.mark.parametrize(
    ("name", "brand", "words"),
    [
        ("isolat", "", "There is no command or script `isolat`; did you mean `isolate`?"),
        ("Pritn", "", "There is no command or script `Pritn`; did you mean `Print`?"),
        ("setincident", "", "There is no command or script `setincident`; did you mean `setIncident`, `getIncidents`?"),
        ("quite different", "", "There is no command `quite different`; install the pack that has it"),
        ("read", "Other", "`Other` has no command `read`"),
        ("linkTickets", "Builtin", "There is no command `linkTickets`"),
    ],
)
def test_what_is_not_there_is_said_with_what_to_do(name: str, brand: str, words: str) -> None:
    assert look_up(CATALOGUE, name, brand).missing.startswith(words)


@pytest.mark.parametrize("name", ["setIncident", "Print", "read"])
def test_of_what_is_there_nothing_is_missing(name: str) -> None:
    assert look_up(CATALOGUE, name).missing == ""


def test_what_changes_something_outside_is_an_action() -> None:
    assert look_up(CATALOGUE, "isolate").is_action
    assert look_up(CATALOGUE, "wipe").is_action
    assert not look_up(CATALOGUE, "read").is_action
    assert not look_up(CATALOGUE, "gone").is_action
    assert not look_up(CATALOGUE, "setIncident").is_action


def test_a_command_is_keyed_only_where_everyone_who_may_run_it_promises_so() -> None:
    assert look_up(CATALOGUE, "isolate", "Lab").is_keyed
    assert not look_up(CATALOGUE, "isolate").is_keyed
    assert not look_up(CATALOGUE, "wipe").is_keyed
    assert not look_up(CATALOGUE, "gone").is_keyed


def test_secret_arguments_are_named() -> None:
    assert look_up(CATALOGUE, "isolate").secrets == {"pin"}
    assert look_up(CATALOGUE, "isolate", "Lab").secrets == frozenset()
    assert look_up(CATALOGUE, "unlock").secrets == {"pin"}


def test_what_a_call_is_about_is_that_of_what_runs() -> None:
    """A script stands before a command of its name: the command's key and secrets are not its."""
    shadowed = look_up(CATALOGUE, "unlock")
    assert isinstance(shadowed.here, ScriptTarget)
    assert (shadowed.is_action, shadowed.is_keyed) == (True, False)
    assert look_up(CATALOGUE, "unlock", "Lab").is_keyed


@pytest.mark.parametrize("brand", ["", "Builtin"])
def test_a_built_in_command_of_xsoar_that_is_missing_is_named_as_one_and_no_strangers_is_offered(brand: str) -> None:
    tickets = replace(OTHER, commands={"tc-create-new-incident": Command(name="tc-create-new-incident")})
    catalogue = Catalogue([replace(PACK, integrations={"Other": tickets})])
    said = "`addEntitlement` is a built-in command of XSOAR, not built here yet: take its task out."
    assert look_up(catalogue, "addEntitlement", brand).missing == said
    assert "not built" not in look_up(catalogue, "addEntitlement", "Other").missing


def test_an_integration_may_have_a_command_of_such_a_name() -> None:
    own = replace(OTHER, commands={"relatedIncidents": Command(name="relatedIncidents")})
    assert look_up(Catalogue([replace(PACK, integrations={"Other": own})]), "relatedIncidents").offers
