"""What README and help say of commands, settings and permissions is what the yml and the code declare."""

from types import ModuleType, SimpleNamespace
from typing import Any, cast

import pytest
import yaml

from tests.packs.visionone.integration_readme import HELP, README, YML, permissions, render, render_help
from visionone_sim.permissions import PERMISSIONS

AGAIN = "run `python -m tests.packs.visionone.integration_readme`"


def test_the_tables_are_current(integration: ModuleType) -> None:
    readme, needs = README.read_text(), permissions(integration)

    assert readme == render(readme, yaml.load(YML.read_text(), yaml.CSafeLoader), needs), AGAIN
    assert HELP.read_text() == render_help(HELP.read_text(), needs), AGAIN


def test_a_new_argument_would_be_noticed(integration: ModuleType) -> None:
    declared = yaml.load(YML.read_text(), yaml.CSafeLoader)
    declared["script"]["commands"][0]["arguments"].append({"name": "more", "description": "More."})

    assert "| more | More. | Optional |" in render(README.read_text(), declared, permissions(integration))


@pytest.mark.parametrize("needs", [(), ("ANYBODY",)])
def test_a_command_without_a_permission_is_refused(integration: ModuleType, needs: tuple[str, ...]) -> None:
    command = integration.Command(run=print, needs=tuple(getattr(integration, name) for name in needs))
    with pytest.raises(ValueError, match="!look names no permission"):
        permissions(cast(ModuleType, SimpleNamespace(COMMANDS={**integration.COMMANDS, "!look": command})))


def test_what_changes_something_is_the_same_in_code_and_yml(integration: ModuleType, declared: dict[str, Any]) -> None:
    changing = {name for name, command in integration.COMMANDS.items() if command.changes}

    assert changing == {name for name, command in declared.items() if command.get("execution")}


def test_the_permissions_are_those_that_the_twin_asks_for(integration: ModuleType) -> None:
    assert {permission.name for permission in integration.PERMISSIONS} <= PERMISSIONS
    needed = {name for names in permissions(integration).values() for name in names}
    assert needed == {permission.name for permission in integration.PERMISSIONS}
