"""Built-in commands that name another incident than the one on which they are typed."""

from dataclasses import dataclass, field

import pytest

from tests.services.execution.built_in import CATALOGUE, INCIDENT, NOW, changed, run
from tests.services.no_scripts import NoScripts
from warroom.model.context import ContextPatch, PatchKind
from warroom.model.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from warroom.model.incident import Incident, Severity, Status
from warroom.model.json import Json
from warroom.model.user import Role
from warroom.services.commands.library import Library
from warroom.services.commands.targets import Resolved
from warroom.services.execution.builtins import BUILTINS
from warroom.services.execution.call import Call, Origin, Outcome
from warroom.services.execution.server import Server
from warroom.services.writing.journal import Journal
from warroom.testing.clock import ManualClock
from warroom.testing.samples import an_entry, an_incident, some_changes
from warroom.testing.store import MemoryStore


@dataclass
class Two:
    """Two incidents, and a War Room on the first one from which commands are typed."""

    store: MemoryStore = field(default_factory=MemoryStore)
    other: Incident = field(default_factory=lambda: an_incident(2, name="The other"))

    def __post_init__(self) -> None:
        self.journal = Journal(self.store)

    async def begin(self) -> "Two":
        entries = [an_entry(1), an_entry(1, incident=2, contents="theirs", tags=("evidence",), note=True)]
        await self.store.commit(some_changes(incidents=[INCIDENT, self.other], entries=entries))
        patch = ContextPatch(incident=self.other.id, kind=PatchKind.SET, path="B", value={"password": "hunter2"})
        await self.store.commit(some_changes(patches=[patch]))
        return self

    async def run(self, name: str, *, rights: Role = Role.ADMIN, **args: Json) -> Outcome:
        server = Server(
            store=self.store,
            users=self.store.users,
            journal=self.journal,
            library=Library(CATALOGUE, self.store),
            clock=ManualClock(NOW),
            scripts=NoScripts(),
        )
        origin = Origin(actor="ana", rights=rights)
        return await BUILTINS[name](
            server, Call(incident=INCIDENT, resolved=Resolved(name=name), args=args, origin=origin)
        )

    async def stored(self) -> list[Incident]:
        return [await self.store.incident(one.id) for one in (INCIDENT, self.other)]


async def test_another_incident_is_closed_where_it_is_named_and_this_one_is_not() -> None:
    two = await Two().begin()
    done = await two.run("closeInvestigation", id="2", closeReason="Resolved", closeNotes="n")
    own, other = await two.stored()
    assert done.incident is None
    assert own == INCIDENT
    assert (other.status, other.closed, other.close_reason, other.close_notes) == (Status.DONE, NOW, "Resolved", "n")
    *_, line = await two.store.entries(two.other.id)
    assert line.contents == "ana did this from incident 1: it was closed: Resolved."
    assert done.raw[0]["Contents"] == "Incident 2 was closed: Resolved."


async def test_several_incidents_are_closed_at_once_this_one_with_its_task() -> None:
    two = await Two().begin()
    done = await two.run("closeInvestigation", id=["1", "2"])
    assert changed(done).status is Status.DONE
    assert [incident.status for incident in await two.stored()] == [Status.PENDING, Status.DONE]


async def test_a_reason_that_somebody_gave_is_not_overwritten_from_elsewhere() -> None:
    two = await Two(other=an_incident(2, status=Status.DONE, close_reason="Duplicate")).begin()
    with pytest.raises(ConflictError, match=r"Incident 2 is closed already \(Duplicate\)"):
        await two.run("closeInvestigation", id="2", closeReason="Resolved")
    assert len(await two.store.entries(two.other.id)) == 1


async def test_closing_may_fill_the_fields_of_its_form() -> None:
    incident = changed(await run("closeInvestigation", hostname="FIN-1"))
    assert incident.custom_fields["hostname"] == "FIN-1"
    with pytest.raises(InvalidInputError, match="There is no incident field 'nosuch'"):
        await run("closeInvestigation", nosuch="1")


async def test_fields_of_another_incident_are_set_where_it_is_named() -> None:
    two = await Two().begin()
    done = await two.run("setIncident", id="2", severity="high", hostname="FIN-1")
    own, other = await two.stored()
    assert (done.incident, own) == (None, INCIDENT)
    assert (other.severity, other.custom_fields) == (Severity.HIGH, {"hostname": "FIN-1"})


@pytest.mark.parametrize("name", ["closeInvestigation", "setIncident", "getContext", "getEntries"])
async def test_an_incident_that_is_not_there_is_refused(name: str) -> None:
    two = await Two().begin()
    with pytest.raises(NotFoundError):
        await two.run(name, id="99")
    assert await two.stored() == [INCIDENT, two.other]


@pytest.mark.parametrize("name", ["closeInvestigation", "setIncident", "delContext", "setEntriesTags"])
async def test_a_reader_changes_nothing_here_or_elsewhere(name: str) -> None:
    two = await Two().begin()
    args: dict[str, Json] = {"id": "2"} if name in {"closeInvestigation", "setIncident"} else {}
    with pytest.raises(ForbiddenError):
        await two.run(name, rights=Role.READER, **args)


async def test_the_context_and_the_entries_of_another_incident_can_be_read() -> None:
    two = await Two().begin()
    contents = (await two.run("getContext", id="2")).raw[0]["Contents"]
    assert (contents["context"], contents["incident"]["name"]) == ({"B": {"password": "hunter2"}}, "The other")
    assert (await two.run("getEntries", id="2")).raw[0]["Contents"] == [{"ID": "1@2", "Type": 1, "Contents": "theirs"}]


async def test_secrets_of_another_incident_stay_with_those_who_may_see_them() -> None:
    two = await Two().begin()
    await two.store.commit(some_changes(entries=[an_entry(2, incident=2, contents="it is hunter2")]))
    for name, args in (("getContext", {"id": "2"}), ("getEntries", {"id": "2"}), ("getEntry", {"id": "2@2"})):
        seen = str((await two.run(name, rights=Role.ANALYST, **args)).raw)
        assert "hunter2" not in seen
        assert "••••••" in seen


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"tags": ["evidence"]}, 1),
        ('{"tags": "evidence,other"}', 1),
        ({"tags": ["other"]}, 0),
        ({"categories": ["notes"]}, 1),
        ({"categories": "attachments"}, 0),
        ({"categories": ["chats"]}, 1),
        ({"categories": ["commandAndResults"]}, 0),
    ],
)
async def test_entries_are_found_by_tag_and_category(wanted: Json, found: int) -> None:
    two = await Two().begin()
    assert len((await two.run("getEntries", id="2", filter=wanted)).raw[0]["Contents"]) == found


async def test_an_unknown_category_is_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"There is no category 'files'\. Use attachments, chats"):
        await run("getEntries", filter={"categories": ["files"]})


@pytest.mark.parametrize(
    ("args", "ids"),
    [
        ({"id": "2"}, ["2"]),
        ({"id": "1,2", "sort": "id.asc"}, ["1", "2"]),
        ({"query": 'name:"the other"'}, ["2"]),
        ({"query": "name:nothing"}, []),
        ({}, ["2", "1"]),
    ],
)
async def test_incidents_are_found_by_id_and_query(args: dict[str, Json], ids: list[str]) -> None:
    two = await Two().begin()
    contents = (await two.run("getIncidents", **args)).raw[0]["Contents"]
    assert ([row["id"] for row in contents["data"]], contents["total"]) == (ids, len(ids))
