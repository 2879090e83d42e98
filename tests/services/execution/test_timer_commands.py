"""Timers of an incident, by commands and by the tasks of a playbook."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.services.execution.built_in import INCIDENT, a_call
from tests.services.no_scripts import NoScripts
from tests.services.world import World, lab, playbook
from warroom.content.incident_type import IncidentField
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json
from warroom.services.commands.library import Library
from warroom.services.execution.builtins import BUILTINS
from warroom.services.execution.call import Outcome
from warroom.services.execution.server import Server
from warroom.services.writing.journal import Journal
from warroom.testing.clock import ManualClock
from warroom.testing.samples import some_changes
from warroom.testing.store import MemoryStore

ANSWER = IncidentField(id="incident_answersla", name="Answer SLA", cli_name="answersla", type="timer", sla=30)
PLAIN = IncidentField(id="incident_host", name="Host", cli_name="host")
TWO = """
'1': {id: '1', taskid: a, type: title, task: {id: a, name: begin}, nexttasks: {'#none#': ['2']},
      timertriggers: [{fieldname: answersla, action: start}]}
'2': {id: '2', taskid: b, type: regular, task: {id: b, name: by hand}, nexttasks: {'#none#': ['3']}}
'3': {id: '3', taskid: c, type: title, task: {id: c, name: end},
      timertriggers: [{fieldname: answersla, action: stop}, {fieldname: nosuch, action: stop}]}
"""


def world() -> World:
    return World(lab(), {}, fields=[ANSWER, PLAIN])


async def run(name: str, clock: ManualClock, incident: Any = INCIDENT, /, **args: Json) -> Outcome:
    store = MemoryStore()
    await store.commit(some_changes(incidents=[incident]))
    made = world()
    server = Server(
        store=store,
        users=store.users,
        journal=Journal(store),
        library=Library(made.catalogue, store),
        clock=clock,
        scripts=NoScripts(),
    )
    return await BUILTINS[name](server, replace(a_call(name, **args), incident=incident))


async def test_a_timer_is_started_paused_stopped_and_reset() -> None:
    clock, incident, said = ManualClock(), INCIDENT, []
    for name in ("startTimer", "startTimer", "pauseTimer", "stopTimer", "resetTimer"):
        done = await run(name, clock, incident, timerField="answersla")
        assert done.incident
        incident = done.incident
        said.append(done.raw[0]["Contents"])
        clock.advance(60)
    assert said == [
        "The timer Answer SLA runs.",
        "The timer Answer SLA runs already.",
        "The timer Answer SLA pauses.",
        "The timer Answer SLA has ended.",
        "The timer Answer SLA is idle.",
    ]
    assert incident.custom_fields["answersla"]["sla"] == 30


async def test_an_sla_is_set_in_minutes_from_now() -> None:
    clock = ManualClock()
    done = await run("setIncident", clock, sla="444", slaField="answersla")
    assert done.incident
    timer = done.incident.custom_fields["answersla"]
    due = (clock.now() + timedelta(minutes=444)).isoformat().replace("+00:00", "Z")
    assert (timer["sla"], timer["dueDate"], timer["runStatus"]) == (444, due, "idle")


@pytest.mark.parametrize(
    ("name", "args", "words"),
    [
        ("startTimer", {}, "startTimer needs timerField"),
        ("startTimer", {"timerField": "nosuch"}, "There is no timer 'nosuch'"),
        ("stopTimer", {"timerField": "host"}, "There is no timer 'host'"),
        ("setIncident", {"sla": 5}, "needs both sla and slaField"),
        ("setIncident", {"slaField": "answersla"}, "needs both sla and slaField"),
        ("setIncident", {"sla": "soon", "slaField": "answersla"}, "not a"),
    ],
)
async def test_what_is_no_timer_is_said(name: str, args: dict[str, Json], words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        await run(name, ManualClock(), **args)


async def test_tasks_start_and_stop_timers_when_they_start() -> None:
    made = world()
    plan = await made.play(playbook(TWO))
    timer = (await made.journal.incident(made.incident.id)).custom_fields["answersla"]
    assert (timer["runStatus"], timer["sla"]) == ("running", 30)
    made.clock.advance(90)
    await made.answer(plan.id, "2")
    await made.conductor.drive(plan.id)
    timer = (await made.journal.incident(made.incident.id)).custom_fields["answersla"]
    assert (timer["runStatus"], timer["totalDuration"]) == ("ended", 90)
