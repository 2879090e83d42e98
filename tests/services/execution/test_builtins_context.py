"""delContext: keys, items, everything, and what is kept."""

import re

import pytest

from tests.services.execution.built_in import CATALOGUE, INCIDENT, NOW, run
from tests.services.no_scripts import NoScripts
from warroom.context.merge import apply
from warroom.model.context import ContextPatch, PatchKind
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json, JsonObject
from warroom.services.commands.library import Library
from warroom.services.commands.targets import Resolved
from warroom.services.execution.builtins import BUILTINS
from warroom.services.execution.call import Call, Origin
from warroom.services.execution.server import Server
from warroom.services.writing.journal import Journal
from warroom.testing.clock import ManualClock
from warroom.testing.samples import some_changes
from warroom.testing.store import MemoryStore


@pytest.mark.parametrize(
    ("args", "left"),
    [
        ({"key": "A.b"}, {"A": {}}),
        ({"key": "A"}, {}),
        ({"key": "X, A.b"}, {"A": {}}),
        ({"key": ["X", "A"]}, {}),
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


async def test_del_context_knows_its_own_context_as_public_scripts_name_it() -> None:
    (patch,) = (await run("delContext", scope="subplaybook-x", key="subplaybook-${currentPlaybookID}.A.B")).patches
    assert (patch.scope, patch.path) == ("subplaybook-x", "A.B")
    several = await run("delContext", scope="subplaybook-x", key="subplaybook-${currentPlaybookID}.A,B.C")
    assert [(patch.scope, patch.path) for patch in several.patches] == [
        ("subplaybook-x", "A"),
        ("subplaybook-x", "B.C"),
    ]
    elsewhere = await run("delContext", key="subplaybook-${currentPlaybookID}.A")
    assert elsewhere.patches == ()
    assert "was not deleted: this is no sub-playbook" in elsewhere.raw[0]["HumanReadable"]


async def test_del_context_without_a_key_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="delContext needs `key`, or `all=yes`"):
        await run("delContext")


CONTEXT = {"L": [{"a": 1, "b": 2}, {"a": 3}], "A": {"x": 1, "y": 2}, "subplaybook-7": {"theirs": 1}}


async def left(scope: str = "", **args: Json) -> Json:
    """Return what delContext leaves of a context, in a War Room or in a sub-playbook's."""
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
        scripts=NoScripts(),
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
        with pytest.raises(InvalidInputError, match="is in the private context of a sub-playbook"):
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
