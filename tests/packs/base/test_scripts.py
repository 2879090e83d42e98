import asyncio
import re
import time
from html import unescape
from typing import Any

import pytest

from tests.packs.base.content import Content
from tests.packs.base.demisto_object import Demisto, Entry
from tests.services.no_scripts import NoScripts
from warroom.content.catalogue import Catalogue
from warroom.model.context import ContextPatch, PatchKind
from warroom.model.errors import InvalidInputError
from warroom.services.commands.library import Library
from warroom.services.commands.targets import Resolved
from warroom.services.execution.builtins import BUILTINS
from warroom.services.execution.call import Call, Origin
from warroom.services.execution.server import Server
from warroom.services.writing.journal import Journal
from warroom.testing.clock import ManualClock
from warroom.testing.samples import an_incident, some_changes
from warroom.testing.store import MemoryStore
from warroom.web.markdown import html_of


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ("text", "text"),
        ('{"a": 1}', {"a": 1}),
        ("[1, 2]", [1, 2]),
        ("[brackets]", "[brackets]"),
        ({"a": 1}, {"a": 1}),
        ("12", "12"),
    ],
)
def test_set_replaces_the_value(content: Content, demisto: Demisto, value: Any, stored: Any) -> None:
    demisto.stored = {"Key.ID": "old"}
    [entry] = content.run("Set", key="Key.ID", value=value, append="false")
    assert demisto.stored == {"Key.ID": stored}
    assert (entry["HumanReadable"], "EntryContext" in entry) == ("Key Key.ID set", False)


@pytest.mark.parametrize("script", ["Set", "SetAndHandleEmpty"])
@pytest.mark.parametrize("key", ["a_b_c", "*K*", "[x](y)", "A(val.ID == obj.ID)", "C:\\.b", "`k`"])
def test_a_key_is_shown_to_the_letter(content: Content, demisto: Demisto, script: str, key: str) -> None:
    [entry] = content.run(script, key=key, value="x")
    assert unescape(re.sub("<[^>]+>", "", html_of(entry["HumanReadable"]))).strip() == f"Key {key} set"


def test_set_appends_through_the_entry(content: Content, demisto: Demisto) -> None:
    [entry] = content.run("Set", key="Data(val.ID == obj.ID)", value='{"ID": 1}', append="true")
    assert entry["EntryContext"] == {"Data(val.ID == obj.ID)": {"ID": 1}}
    assert demisto.stored == {}


@pytest.mark.parametrize(("value", "stored"), [('{"a": 1}', '{"a": 1}'), ({"a": 1}, '{"a": 1}'), ([1], "[1]")])
@pytest.mark.parametrize("script", ["Set", "SetAndHandleEmpty"])
def test_a_value_may_be_kept_as_text(content: Content, demisto: Demisto, script: str, value: Any, stored: str) -> None:
    content.run(script, key="K", value=value, stringify="true")
    assert demisto.stored == {"K": stored}


@pytest.mark.parametrize("empty", [None, "", "[]", "{}", [], {}])
def test_an_empty_value_leaves_the_context_as_it_is(content: Content, demisto: Demisto, empty: Any) -> None:
    demisto.stored = {"K": "old"}
    for append in ("true", "false"):
        assert content.run("SetAndHandleEmpty", key="K", value=empty, append=append) == [
            "Key K not set: the value is empty"
        ]
    assert demisto.stored == {"K": "old"}


@pytest.mark.parametrize("value", ["x", 0, False])
def test_a_value_that_is_not_empty_is_set(content: Content, demisto: Demisto, value: Any) -> None:
    content.run("SetAndHandleEmpty", key="K", value=value)
    assert demisto.stored == {"K": value}


def test_an_empty_value_can_be_forced(content: Content, demisto: Demisto) -> None:
    demisto.stored = {"K": "old"}
    content.run("SetAndHandleEmpty", key="K", value="", force="true")
    assert demisto.stored == {"K": ""}


def test_a_value_that_is_not_empty_can_be_appended(content: Content) -> None:
    [entry] = content.run("SetAndHandleEmpty", key="K", value=["x"], append="true")
    assert entry["EntryContext"] == {"K": ["x"]}


def _delete_key(demisto: Demisto, args: dict[str, Any]) -> list[Entry]:
    demisto.stored.pop(args.get("key", ""), None)
    return [{"Type": 1, "Contents": "done"}]


def _by_the_server(demisto: Demisto, args: dict[str, Any]) -> list[Entry]:
    """Delete as the runtime does, in its own context."""

    async def deleted() -> dict[str, Any]:
        store = MemoryStore()
        incident = an_incident()
        await store.commit(some_changes(incidents=[incident]))
        whole = ContextPatch(incident=incident.id, kind=PatchKind.SET, value=demisto.stored)
        await store.commit(some_changes(patches=[whole]))
        server = Server(
            store=store,
            users=store.users,
            journal=Journal(store),
            library=Library(Catalogue([]), store),
            clock=ManualClock(),
            scripts=NoScripts(),
        )
        call = Call(incident=incident, resolved=Resolved(name="delContext"), args=args, origin=Origin(actor="ana"))
        done = await BUILTINS["delContext"](server, call)
        await store.commit(some_changes(patches=done.patches))
        return await Journal(store).context(incident.id)

    try:
        demisto.stored = asyncio.run(deleted())
    except InvalidInputError as error:
        return [{"Type": 4, "ContentsFormat": "text", "Contents": str(error)}]
    return [{"Type": 1, "Contents": "done"}]


@pytest.mark.parametrize(
    ("args", "asked", "said"),
    [
        ({"key": "A.B"}, {"key": "A.B"}, "Context key A.B deleted"),
        ({"key": "A", "subplaybook": "auto"}, {"key": "A"}, "Context key A deleted"),
        ({"key": "A", "subplaybook": "no"}, {"key": "A", "subplaybook": "no"}, "Context key A deleted"),
        ({"all": "yes", "key": ""}, {"all": "yes"}, "Context cleared"),
    ],
)
def test_context_is_deleted_by_the_server(
    content: Content, demisto: Demisto, args: dict[str, Any], asked: dict[str, Any], said: str
) -> None:
    demisto.commands["delContext"] = lambda given: _delete_key(demisto, given)
    assert content.run("DeleteContext", **args) == [said]
    assert demisto.executed == [("delContext", asked)]


def test_several_keys_are_deleted_one_by_one(content: Content, demisto: Demisto) -> None:
    demisto.commands["delContext"] = lambda given: _delete_key(demisto, given)
    demisto.stored = {"A": 1, "B": 2, "C": 3}
    assert content.run("DeleteContext", key="A, C", subplaybook="auto") == ["Context key A, C deleted"]
    assert demisto.stored == {"B": 2}


def test_one_item_of_a_list_is_deleted(content: Content, demisto: Demisto) -> None:
    demisto.commands["delContext"] = lambda given: _by_the_server(demisto, given)
    demisto.stored = {"A": ["x", "y", "z"]}
    assert content.run("DeleteContext", key="A", index="1") == ["Item 1 of context key A deleted"]
    assert demisto.stored == {"A": ["x", "z"]}
    [entry] = content.run("DeleteContext", key="A", index="2")
    assert entry["Contents"].startswith("Context key A holds no item 2")


@pytest.mark.parametrize("kept", ["A, B.C.D, B.E, None.X", ["A", "B.C.D", "B.E"]])
def test_kept_keys_stay_whole_also_deep_ones(content: Content, demisto: Demisto, kept: Any) -> None:
    demisto.stored = {
        "A": {"x": 1},
        "AB": 1,
        "B": {"C": {"D": [1], "gone": 1}, "E": 2, "gone": 1},
        "F": [1],
        "subplaybook-7": {"theirs": 1},
    }
    demisto.commands["delContext"] = lambda given: _by_the_server(demisto, given)
    content.run("DeleteContext", all="yes", keysToKeep=kept)
    assert demisto.stored == {"A": {"x": 1}, "B": {"C": {"D": [1]}, "E": 2}, "subplaybook-7": {"theirs": 1}}


def test_exactly_the_item_that_is_kept_stays(content: Content, demisto: Demisto) -> None:
    demisto.stored = {"L": [{"a": 1, "b": 2}, {"a": 3}], "K": 1}
    demisto.commands["delContext"] = lambda given: _by_the_server(demisto, given)
    assert content.run("DeleteContext", all="yes", keysToKeep="L.[0].a") == ["Context cleared but for L.[0].a"]
    assert demisto.stored == {"L": [{"a": 1}]}


@pytest.mark.parametrize("args", [{}, {"key": "A", "all": "yes"}])
def test_deleting_needs_a_key_or_all_of_them(content: Content, demisto: Demisto, args: dict[str, Any]) -> None:
    [entry] = content.run("DeleteContext", **args)
    assert (entry["Type"], entry["Contents"]) == (
        4,
        "Give the key to delete, or all=yes for every key; one of the two.",
    )
    assert demisto.executed == []


def test_a_deletion_that_fails_is_an_error(content: Content) -> None:
    [entry] = content.run("DeleteContext", key="A")
    assert (entry["Type"], entry["Contents"]) == (4, "Unsupported Command: delContext")


@pytest.mark.parametrize(("value", "text"), [("a *b*", "a *b*"), ({"a": 1}, '{\n  "a": 1\n}'), (3, "3")])
def test_print_shows_text_as_it_is(content: Content, value: Any, text: str) -> None:
    assert content.run("Print", value=value) == [{"Type": 1, "ContentsFormat": "text", "Contents": text}]


def test_a_printed_error_is_an_error(content: Content) -> None:
    [entry] = content.run("PrintErrorEntry", message="It broke.")
    assert (entry["Type"], entry["Contents"]) == (4, "It broke.")


def test_a_short_sleep_is_slept(content: Content) -> None:
    began = time.monotonic()
    assert content.run("Sleep", seconds="0.2") == ["Slept for 0.2 seconds"]
    assert time.monotonic() - began >= 0.2


def test_a_long_sleep_waits_as_a_poll(content: Content, demisto: Demisto) -> None:
    [entry] = content.run("Sleep", seconds="300")
    assert (entry["PollingCommand"], entry["NextRun"]) == ("Sleep", "300")
    assert content.run(entry["PollingCommand"], **entry["PollingArgs"]) == ["Slept for 0 seconds"]
    demisto.callingContext["context"]["ParentEntry"] = {"polling": True}
    assert content.run("Sleep", seconds="300") == ["Slept"], "also when the first arguments are given again"


@pytest.mark.parametrize("seconds", ["soon", "-1", "", None, "nan", "inf"])
def test_a_sleep_needs_a_number(content: Content, seconds: Any) -> None:
    [entry] = content.run("Sleep", seconds=seconds)
    assert entry["Type"] == 4
    assert f"{seconds!r} seconds; give a number from 0 up" in entry["Contents"]


@pytest.mark.parametrize(
    ("brands", "label"),
    [("VisionOne", "yes"), ("visionone", "yes"), ("Splunk", "no"), ("Vision", "no"), ("Splunk,VisionOne", "yes")],
)
def test_an_integration_is_available_when_an_instance_is_active(
    content: Content, demisto: Demisto, brands: str, label: str
) -> None:
    demisto.modules = {
        "one": {"brand": "VisionOne", "state": "active"},
        "two": {"brand": "Splunk", "state": "disabled"},
    }
    assert content.run("IsIntegrationAvailable", brandname=brands) == [label]


@pytest.mark.parametrize(
    ("left", "right", "label"),
    [
        ("a", "a", "yes"),
        ("a", "A", "no"),
        (1, "1", "yes"),
        (True, "true", "yes"),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, "yes"),
        ([1, 2], [2, 1], "no"),
        (None, "", "no"),
        (None, None, "yes"),
    ],
)
def test_values_are_equal_when_they_read_the_same(content: Content, left: Any, right: Any, label: str) -> None:
    assert content.run("AreValuesEqual", left=left, right=right) == [label]


@pytest.mark.parametrize(
    ("value", "label"), [("x", "yes"), (0, "yes"), (False, "yes"), ("", "no"), (None, "no"), ([], "no"), ({}, "no")]
)
def test_a_value_exists_unless_it_is_empty(content: Content, value: Any, label: str) -> None:
    assert content.run("Exists", value=value) == [label]


def test_a_missing_value_does_not_exist(content: Content) -> None:
    assert content.run("Exists") == ["no"]


def test_an_incident_is_closed_as_a_duplicate_of_another(content: Content, demisto: Demisto) -> None:
    said = [{"Type": 1, "ContentsFormat": "text", "Contents": "It is closed."}]
    demisto.commands["linkIncidents"] = lambda _: said
    assert content.run("CloseInvestigationAsDuplicate", duplicateId="7") == said
    asked = {"incidentId": "7", "linkedIncidentIDs": demisto.investigation()["id"], "action": "duplicate"}
    assert demisto.executed == [("linkIncidents", asked)]
