"""A playbook of two steps, and a world in which they do something."""

import asyncio

from tests.services.world import World, command, lab, note
from warroom.model.json import Json
from warroom.testing.runner import FakeCode, FakeFunction

TWO_STEPS = """
'1': {id: '1', taskid: a, type: regular, task: {id: a, name: first, script: 'Lab|||read', iscommand: true, brand: Lab},
      nexttasks: {'#none#': ['2']}, scriptarguments: {what: {simple: '${incident.name}'}}}
'2': {id: '2', taskid: b, type: regular, task: {id: b, name: second, script: 'Lab|||act', iscommand: true, brand: Lab},
      scriptarguments: {what: {simple: '${Read.Value}'}}}
"""


SLOW = """
'1': {id: '1', taskid: a, type: regular, task: {id: a, name: act, script: 'Lab|||act', iscommand: true, brand: Lab},
      scriptarguments: {what: {simple: host}}}
"""


def read(code: FakeCode) -> list[Json]:
    return [note("read", Read={"Value": f"<{code.run.args['what']}>"})]


def world(**table: FakeFunction) -> World:
    commands = (command("read", "what"), command("act", "what", execution=True))
    return World(lab(*commands), {"read": read, "act": lambda code: [note(f"act on {code.run.args['what']}")], **table})


async def never_ends(_: FakeCode) -> list[Json]:
    await asyncio.Event().wait()
    return []
