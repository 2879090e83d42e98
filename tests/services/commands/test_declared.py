"""Each built-in command says what it takes, and nothing is in one table that is not in the other."""

import pytest

from warroom.services.commands.declared import DECLARED
from warroom.services.commands.declared_indicators import OF_INDICATORS
from warroom.services.execution.builtins import BUILTINS
from warroom.services.people.access import Permission


def test_every_built_in_command_is_declared() -> None:
    assert set(DECLARED) == set(BUILTINS)


@pytest.mark.parametrize("name", DECLARED)
def test_every_argument_is_named_once_and_described(name: str) -> None:
    arguments = DECLARED[name].arguments
    assert len({argument.name for argument in arguments}) == len(arguments)
    assert all(argument.description for argument in arguments)
    assert DECLARED[name].description


def test_what_writes_is_what_changes_something() -> None:
    writing = {name for name, one in DECLARED.items() if one.writes}
    lists = {"addToList", "createList", "removeFromList", "setList"}
    assert writing == {
        "addEntries",
        "closeInvestigation",
        "createNewIncident",
        "delContext",
        "executeCommandAt",
        "linkIncidents",
        "markAsEvidence",
        "markAsNote",
        "pauseTimer",
        "reopenInvestigation",
        "resetTimer",
        "scheduleEntry",
        "setEntriesTags",
        "setIncident",
        "setOwner",
        "setPlaybook",
        "startTimer",
        "stopScheduledEntry",
        "stopTimer",
        "taskComplete",
        *lists,
        *(name for name, one in OF_INDICATORS.items() if one.permission is not Permission.SEE),
    }, "Name it here if it changes something; otherwise remove writes=True."
