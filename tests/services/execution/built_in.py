"""Built-in commands, run on one incident of a store in memory."""

from pathlib import Path

from tests.services.no_scripts import NoScripts
from tests.services.staff import sign_up
from warroom.content.catalogue import Catalogue
from warroom.content.incident_type import IncidentField
from warroom.content.pack import Pack
from warroom.model.context import ContextPatch, PatchKind
from warroom.model.incident import Incident
from warroom.model.json import Json
from warroom.services.commands.library import Library
from warroom.services.commands.targets import Resolved
from warroom.services.execution.builtins import BUILTINS
from warroom.services.execution.call import Call, Origin, Outcome
from warroom.services.execution.server import Server
from warroom.services.writing.journal import Journal
from warroom.testing.clock import START, ManualClock
from warroom.testing.samples import an_entry, an_incident, some_changes
from warroom.testing.store import MemoryStore

HOST = IncidentField(id="host", name="Host Name", cli_name="hostname")
CATALOGUE = Catalogue([Pack(id="p", name="p", version="1", path=Path("p"), incident_fields={"host": HOST})])
NOW = START.replace(hour=12)
INCIDENT = an_incident(custom_fields={"other": 1})


async def run(name: str, /, *, scope: str = "", **args: Json) -> Outcome:
    store = MemoryStore()
    await store.commit(some_changes(incidents=[INCIDENT], entries=[an_entry(contents="hello")]))
    patch = ContextPatch(incident=INCIDENT.id, kind=PatchKind.SET, path="A", value={"b": 1})
    await store.commit(some_changes(patches=[patch]))
    await sign_up(store.users, "bo")
    return await BUILTINS[name](a_server(store), a_call(name, scope=scope, **args))


def a_call(name: str, /, *, scope: str = "", **args: Json) -> Call:
    return Call(incident=INCIDENT, resolved=Resolved(name=name), args=args, origin=Origin(actor="ana", scope=scope))


def a_server(store: MemoryStore) -> Server:
    return Server(
        store=store,
        users=store.users,
        journal=Journal(store),
        library=Library(CATALOGUE, store),
        clock=ManualClock(NOW),
        scripts=NoScripts(),
    )


def changed(done: Outcome) -> Incident:
    assert done.incident is not None
    return done.incident
