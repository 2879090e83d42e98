"""The scripts of the playbook GenericPolling."""

from typing import Any

import pytest

from tests.packs.base.content import Content
from tests.packs.base.demisto_object import Demisto
from warroom.services.commands.command_line import parse

SCHEDULED: dict[str, Any] = {
    "ids": "a,b",
    "pollingCommand": "look",
    "pollingCommandArgName": "ids",
    "pendingIds": "Task(val.Status != 'done').ID",
    "interval": "1",
    "timeout": "4",
    "tag": "polling",
}
WAITING = {"Task": [{"ID": "a", "Status": "done"}, {"ID": "b", "Status": "runs"}, {"ID": "c", "Status": "runs"}]}


def answers(demisto: Demisto, *names: str) -> None:
    for name in names:
        demisto.commands[name] = lambda _: [{"Type": 1, "Contents": "done", "EntryContext": {"Task(val.ID)": 1}}]


def test_the_polling_command_gets_its_ids_and_its_further_arguments(content: Content, demisto: Demisto) -> None:
    answers(demisto, "look")
    content.run(
        "RunPollingCommand",
        ids=["a", 7],
        pollingCommand="look",
        pollingCommandArgName="task",
        additionalPollingCommandArgNames="x, y",
        additionalPollingCommandArgValues=["1", "2"],
    )
    assert demisto.executed == [("look", {"x": "1", "y": "2", "task": "a,7"})]
    assert demisto.returned[0]["Contents"] == "done"


def test_names_without_values_are_said(content: Content, demisto: Demisto) -> None:
    [entry] = content.run("RunPollingCommand", ids="a", pollingCommand="look", additionalPollingCommandArgNames="x")
    assert (entry["Type"], demisto.executed) == (4, [])
    assert "1 names of further arguments and 0 values" in entry["Contents"]


def scheduling(content: Content, **args: Any) -> list[Any]:
    given = {name: value for name, value in SCHEDULED.items() if name != "pendingIds"}
    return content.run("ScheduleGenericPolling", **{**given, "dt": SCHEDULED["pendingIds"], **args})


def test_the_first_poll_is_scheduled_with_everything_that_it_needs(content: Content, demisto: Demisto) -> None:
    answers(demisto, "scheduleEntry")
    demisto.stored = WAITING
    ids = 'a "b" \\,c'
    assert scheduling(content, ids=ids, playbookId="p-1", interval="5", additionalPollingCommandArgNames="") == []
    [(name, asked)] = demisto.executed
    assert (name, asked["cron"], asked["times"]) == ("scheduleEntry", "*/5 * * * *", 1)
    line = parse(asked["command"])
    assert line.name == "GenericPollingScheduledTask"
    assert line.args == {**SCHEDULED, "ids": ids, "interval": "5", "playbookId": "p-1"}


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"interval": "0"}, "interval is 0; give a number of minutes above 0"),
        ({"timeout": "soon"}, "soon"),
        ({"dt": "Nothing(val.x).ID"}, "There are no IDs at Nothing(val.x).ID"),
    ],
)
def test_what_cannot_be_polled_is_said(content: Content, demisto: Demisto, args: dict[str, Any], words: str) -> None:
    demisto.stored = WAITING
    [entry] = scheduling(content, **args)
    assert (entry["Type"], demisto.executed) == (4, [])
    assert words in entry["Contents"]


def test_ids_that_have_all_ended_are_a_warning(content: Content, demisto: Demisto) -> None:
    answers(demisto, "scheduleEntry")
    demisto.stored = {"Task": {"ID": "a", "Status": "done"}}
    [text] = scheduling(content)
    assert text.startswith("No ID fulfils the condition of Task(val.Status != 'done').ID")
    assert len(demisto.executed) == 1


def test_a_schedule_that_is_refused_is_the_script_s_error(content: Content, demisto: Demisto) -> None:
    demisto.stored = WAITING
    [entry] = scheduling(content)
    assert (entry["Type"], entry["Contents"]) == (4, "Unsupported Command: scheduleEntry")


def test_only_what_is_pending_is_polled_and_the_next_poll_has_less_time(content: Content, demisto: Demisto) -> None:
    answers(demisto, "look", "scheduleEntry")
    demisto.stored = {"subplaybook-p-1": WAITING}
    [entry] = content.run("GenericPollingScheduledTask", **SCHEDULED, playbookId="p-1")
    assert entry["EntryContext"] == {"subplaybook-p-1.Task(val.ID)": 1}
    (look, scheduled) = demisto.executed
    assert look == ("look", {"ids": "b"})
    assert parse(scheduled[1]["command"]).args == {**SCHEDULED, "timeout": "3", "playbookId": "p-1"}


@pytest.mark.parametrize(
    ("args", "stored"),
    [({"timeout": "0"}, WAITING), ({"ids": "a"}, WAITING), ({}, {}), ({}, {"Task": {"ID": "a", "Status": "done"}})],
    ids=["no time left", "its own has ended", "nothing is there", "all have ended"],
)
def test_when_nothing_is_pending_the_waiting_task_is_completed(
    content: Content, demisto: Demisto, args: dict[str, Any], stored: dict[str, Any]
) -> None:
    answers(demisto, "taskComplete")
    demisto.stored = stored
    content.run("GenericPollingScheduledTask", **{**SCHEDULED, **args})
    assert demisto.executed == [("taskComplete", {"id": "polling", "input": "YES"})]


@pytest.mark.parametrize("args", [{"interval": "x"}, {"additionalPollingCommandArgNames": "x"}, {}])
def test_after_an_error_the_playbook_goes_on_by_its_default_branch(
    content: Content, demisto: Demisto, args: dict[str, Any]
) -> None:
    answers(demisto, "taskComplete", "look")
    demisto.stored = WAITING
    entry = content.run("GenericPollingScheduledTask", **{**SCHEDULED, **args})[-1]
    assert demisto.executed[-1] == ("taskComplete", {"id": "polling", "input": "NO"})
    assert (entry["Type"], entry["Contents"].startswith("The polling was ended: ")) == (4, True)


def test_a_command_is_scheduled_and_cancelled(content: Content, demisto: Demisto) -> None:
    answers(demisto, "scheduleEntry")
    content.run("ScheduleCommand", command="!Print value=a", cron="* * * * *", times="1")
    content.run("StopScheduledTask", taskID="p1")
    assert demisto.executed == [
        ("scheduleEntry", {"command": "!Print value=a", "cron": "* * * * *", "times": "1"}),
        ("scheduleEntry", {"id": "p1", "cancel": "cancel"}),
    ]
