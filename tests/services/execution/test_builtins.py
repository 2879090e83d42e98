import asyncio
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.services.people import sign_up
from warroom.content.catalogue import Catalogue
from warroom.content.incident_type import IncidentField
from warroom.content.pack import Pack
from warroom.context.merge import apply
from warroom.model.context import ContextPatch, PatchKind
from warroom.model.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError, WarroomError
from warroom.model.incident import Incident, Severity, Status
from warroom.model.json import Json, JsonObject
from warroom.model.user import Role
from warroom.services.execution.builtins import BUILTINS, Done, Server
from warroom.services.execution.call import Call, Origin
from warroom.services.execution.targets import Resolved
from warroom.services.journal import Journal
from warroom.services.library import Library
from warroom.testing.clock import START, ManualClock
from warroom.testing.outages import UnsteadyStore
from warroom.testing.samples import an_entry, an_incident, some_changes
from warroom.testing.store import MemoryStore

HOST = IncidentField(id="host", name="Host Name", cli_name="hostname")
CATALOGUE = Catalogue([Pack(id="p", name="p", version="1", path=Path("p"), incident_fields={"host": HOST})])
NOW = START.replace(hour=12)
INCIDENT = an_incident(custom_fields={"other": 1})


async def run(name: str, /, *, scope: str = "", **args: Json) -> Done:
    store = MemoryStore()
    await store.commit(some_changes(incidents=[INCIDENT], entries=[an_entry(contents="hello")]))
    patch = ContextPatch(incident=INCIDENT.id, kind=PatchKind.SET, path="A", value={"b": 1})
    await store.commit(some_changes(patches=[patch]))
    await sign_up(store.users, "bo")
    clock = ManualClock(NOW)
    server = Server(
        store=store, users=store.users, journal=Journal(store), library=Library(CATALOGUE, store), clock=clock
    )
    return await BUILTINS[name](
        server,
        Call(incident=INCIDENT, resolved=Resolved(name=name), args=args, origin=Origin(actor="ana", scope=scope)),
    )


def changed(done: Done) -> Incident:
    assert done.incident is not None
    return done.incident


async def test_set_incident_sets_system_fields_and_custom_fields_by_any_of_their_names() -> None:
    incident = changed(
        await run("setIncident", severity="high", owner="bo", hostname="FIN-1", customFields='{"Host Name": "FIN-2"}')
    )
    assert (incident.severity, incident.owner, incident.modified) == (Severity.HIGH, "bo", NOW)
    assert incident.custom_fields == {"other": 1, "hostname": "FIN-1"}


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"nope": 1}, "There is no incident field 'nope'"),
        ({"severity": "urgent"}, "'urgent' is no severity"),
        ({"customFields": "{"}, "customFields is not JSON"),
        ({"customFields": "[1]"}, "customFields is not a JSON object"),
        ({"customFields": 7}, "customFields is not JSON"),
        ({"customFields": "[" * 100_000}, "customFields is not JSON: it is nested too deep"),
    ],
)
async def test_set_incident_refuses_what_it_cannot_set(args: dict[str, Json], words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        await run("setIncident", **args)


async def test_close_investigation_closes_with_reason_and_notes() -> None:
    incident = changed(await run("closeInvestigation", closeReason="Resolved", closeNotes="done"))
    assert (incident.status, incident.closed) == (Status.DONE, NOW)
    assert (incident.close_reason, incident.close_notes) == ("Resolved", "done")


@pytest.mark.parametrize(
    ("args", "left"),
    [
        ({"key": "A.b"}, {"A": {}}),
        ({"key": "A"}, {}),
        ({"all": "yes"}, {}),
        ({"key": "X"}, {"A": {"b": 1}}),
    ],
)
async def test_del_context_deletes_a_key_or_everything(args: dict[str, Json], left: Json) -> None:
    context: JsonObject = {"A": {"b": 1}}
    for patch in (await run("delContext", **args)).patches:
        context = apply(context, patch)
    assert context == left


async def test_del_context_stays_in_its_private_context_unless_told_otherwise() -> None:
    (inside,) = (await run("delContext", scope="subplaybook-x", key="A")).patches
    (outside,) = (await run("delContext", scope="subplaybook-x", key="A", subplaybook="no")).patches
    assert (inside.scope, outside.scope) == ("subplaybook-x", "")


async def test_del_context_without_a_key_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="delContext needs `key`, or `all=yes`"):
        await run("delContext")


async def test_the_context_the_entries_and_the_incident_can_be_read() -> None:
    assert (await run("getContext")).entry["Contents"]["context"] == {"A": {"b": 1}}
    assert (await run("getEntry", id="1@1")).entry["Contents"] == "hello"
    assert (await run("getEntries")).entry["Contents"] == [{"ID": "1@1", "Type": 1, "Contents": "hello"}]
    assert (await run("getIncidents")).entry["Contents"] == {"data": [INCIDENT.as_xsoar()], "total": 1}


async def test_an_entry_that_is_not_there_is_said() -> None:
    with pytest.raises(NotFoundError, match="There is no entry 9@1"):
        await run("getEntry", id="9@1")


# -- setEntriesTags -----------------------------------------------------------------------------------------------


async def tagging(rights: Role = Role.ANALYST, **args: Json) -> list[tuple[str, ...]]:
    """Tag entries of a War Room with two; give the tags of both."""
    store = MemoryStore()
    await store.commit(some_changes(incidents=[INCIDENT], entries=[an_entry(1, tags=("old",)), an_entry(2)]))
    server = Server(
        store=store,
        users=store.users,
        journal=Journal(store),
        library=Library(CATALOGUE, store),
        clock=ManualClock(NOW),
    )
    origin = Origin(actor="ana", rights=rights)
    await BUILTINS["setEntriesTags"](
        server, Call(incident=INCIDENT, resolved=Resolved(name="setEntriesTags"), args=args, origin=origin)
    )
    entries = await store.entries(INCIDENT.id)
    return [entry.tags for entry in entries]


@pytest.mark.parametrize("ids", ["1@1, 2@1,1@1", ["1@1", "2@1"]])
async def test_tags_are_added_to_what_entries_have(ids: Json) -> None:
    assert await tagging(entryIDs=ids, entryTags="visionone,old") == [("old", "visionone"), ("visionone", "old")]


async def test_an_entry_that_has_the_tags_is_left_alone() -> None:
    assert await tagging(entryIDs="1@1", entryTags=["old"]) == [("old",), ()]


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"entryIDs": "1@1"}, InvalidInputError),
        ({"entryTags": "a"}, InvalidInputError),
        ({"entryIDs": "9@1", "entryTags": "a"}, NotFoundError),
    ],
)
async def test_tagging_needs_entries_that_are_there_and_tags(args: dict[str, Json], error: type[Exception]) -> None:
    with pytest.raises(error):
        await tagging(**args)


async def test_tags_wait_for_a_store_that_is_away() -> None:
    store, clock = UnsteadyStore(seed=1), ManualClock(NOW)
    await store.commit(some_changes(incidents=[INCIDENT], entries=[an_entry(1)]))
    server = Server(
        store=store, users=store.users, journal=Journal(store), library=Library(CATALOGUE, store), clock=clock
    )
    args: dict[str, Json] = {"entryIDs": "1@1", "entryTags": "a"}
    call = Call(incident=INCIDENT, resolved=Resolved(name="setEntriesTags"), args=args, origin=Origin(actor="ana"))
    store.away = 2
    tagged = asyncio.ensure_future(BUILTINS["setEntriesTags"](server, call))
    async with asyncio.timeout(60):
        while not tagged.done():
            clock.advance(1)
            await asyncio.sleep(0)
    await tagged
    assert [(entry.tags, store.outages) for entry in await store.entries(INCIDENT.id)] == [(("a",), 2)]


async def test_a_reader_tags_nothing() -> None:
    with pytest.raises(ForbiddenError, match="write notes"):
        await tagging(Role.READER, entryIDs="1@1", entryTags="a")


# -- other incidents ----------------------------------------------------------------------------------------------


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

    async def run(self, name: str, *, rights: Role = Role.ADMIN, **args: Json) -> Done:
        server = Server(
            store=self.store,
            users=self.store.users,
            journal=self.journal,
            library=Library(CATALOGUE, self.store),
            clock=ManualClock(NOW),
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
    assert done.entry["Contents"] == "Incident 2 was closed: Resolved."


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
    contents = (await two.run("getContext", id="2")).entry["Contents"]
    assert (contents["context"], contents["incident"]["name"]) == ({"B": {"password": "hunter2"}}, "The other")
    assert (await two.run("getEntries", id="2")).entry["Contents"] == [{"ID": "1@2", "Type": 1, "Contents": "theirs"}]


async def test_secrets_of_another_incident_stay_with_those_who_may_see_them() -> None:
    two = await Two().begin()
    await two.store.commit(some_changes(entries=[an_entry(2, incident=2, contents="it is hunter2")]))
    for name, args in (("getContext", {"id": "2"}), ("getEntries", {"id": "2"}), ("getEntry", {"id": "2@2"})):
        seen = str((await two.run(name, rights=Role.ANALYST, **args)).entry)
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
    assert len((await two.run("getEntries", id="2", filter=wanted)).entry["Contents"]) == found


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
    contents = (await two.run("getIncidents", **args)).entry["Contents"]
    assert ([row["id"] for row in contents["data"]], contents["total"]) == (ids, len(ids))


# -- delContext: items, and what is kept --------------------------------------------------------------------------

CONTEXT = {"L": [{"a": 1, "b": 2}, {"a": 3}], "A": {"x": 1, "y": 2}, "subplaybook-7": {"theirs": 1}}


async def left(scope: str = "", **args: Json) -> Json:
    """Give what delContext leaves of a context, in a War Room or in a sub-playbook's."""
    store = MemoryStore()
    await store.commit(some_changes(incidents=[INCIDENT]))
    whole = {scope: CONTEXT} if scope else CONTEXT
    await store.commit(some_changes(patches=[ContextPatch(incident=INCIDENT.id, kind=PatchKind.SET, value=whole)]))
    earlier = [ContextPatch(incident=INCIDENT.id, kind=PatchKind.SET, scope=scope, path="New", value=1)]
    server = Server(
        store=store,
        users=store.users,
        journal=Journal(store),
        library=Library(CATALOGUE, store),
        clock=ManualClock(NOW),
        earlier=earlier,
    )
    call = Call(
        incident=INCIDENT, resolved=Resolved(name="delContext"), args=args, origin=Origin(actor="ana", scope=scope)
    )
    done = await BUILTINS["delContext"](server, call)
    for patch in (*earlier, *done.patches):
        whole = apply(whole, patch)
    return whole.get(scope, {}) if scope else whole


@pytest.mark.parametrize("scope", ["", "subplaybook-1"])
@pytest.mark.parametrize(
    ("kept", "wanted"),
    [
        ("L.[0].a", {"L": [{"a": 1}]}),
        (["L.a", "New"], {"L": [{"a": 1}, {"a": 3}], "New": 1}),
        ("L(val.a == 3 && val.b != 'x,y').a, A.x", {"L": [{"a": 3}], "A": {"x": 1}}),
        ("A", {"A": {"x": 1, "y": 2}}),
        ("Nothing", {}),
    ],
)
async def test_all_is_deleted_but_exactly_what_is_kept(scope: str, kept: Json, wanted: dict[str, Json]) -> None:
    private = {"subplaybook-7": {"theirs": 1}}
    assert await left(scope, all="yes", keysToKeep=kept) == {**wanted, **private}


async def test_what_a_sub_playbook_knows_is_not_deleted_from_outside() -> None:
    assert await left(all="yes") == {"subplaybook-7": {"theirs": 1}}
    for path in ("subplaybook-7", "subplaybook-7.theirs"):
        with pytest.raises(InvalidInputError, match="lies in the private context of a sub-playbook"):
            await left(key=path)


async def test_one_item_of_a_list_is_deleted() -> None:
    assert (await left(key="L", index="0"))["L"] == [{"a": 3}]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"key": "L", "index": "2"}, "Context key L holds no item 2; give a key with a list and a place in it"),
        ({"key": "A", "index": "0"}, "Context key A holds no item 0"),
        ({"key": "L", "index": "x"}, '"x" is not a number'),
        ({"key": "L", "all": "yes"}, "delContext takes `key`, also with `index`, or `all=yes`"),
        ({"key": "L", "keysToKeep": "A"}, "delContext takes `key`"),
        ({"all": "yes", "index": "0"}, "delContext takes `key`"),
        ({"all": "perhaps"}, "all takes yes or no, not 'perhaps'"),
        ({"all": "yes", "keysToKeep": "L=val.a"}, "what is kept has to be named by a path"),
    ],
)
async def test_what_cannot_be_meant_deletes_nothing(args: dict[str, Json], words: str) -> None:
    with pytest.raises(InvalidInputError, match=re.escape(words)):
        await left(**args)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"owner": "nobody"}, "owner cannot be 'nobody': there is no such user"),
        ({"type": "Phishing"}, "There is no incident type `Phishing`"),
        ({"name": " "}, "An incident needs a name"),
        ({"customFields": {"Host Name": 1, "nope": 2}}, "There is no incident field 'nope'"),
    ],
)
async def test_what_is_not_there_is_not_set(args: dict[str, Json], words: str) -> None:
    with pytest.raises(WarroomError, match=re.escape(words)):
        await run("setIncident", **args)
