import ast
import inspect
import re
from collections.abc import Callable
from typing import Any, get_args

import pytest

from warroom.host.guest import demisto_object
from warroom.host.guest.bounded_log import BoundedLog
from warroom.host.guest.demisto_object import Demisto
from warroom.host.guest.javascript import PRELUDE
from warroom.host.guest.outcome import Outcome
from warroom.services.ports.runner import ServerMethod

RUN: dict[str, Any] = {
    "args": {"a": "1"},
    "params": {"url": "u"},
    "command": "x-do",
    "incident": {"id": "7", "name": "WB-1"},
    "investigation": "7",
    "calling_context": {"context": {"IntegrationInstance": "one", "ParentEntry": {"id": "3@7"}}},
    "last_run": {"at": 1},
    "last_mirror_run": {},
    "integration_context": {"token": "t"},
    "integration_context_version": 4,
}


class Asked:
    """A channel that answers from a table and remembers."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any]] = []
        self.answers: dict[str, Any] = {}

    def call(self, method: str, args: object) -> Any:
        self.calls.append((method, args))
        return self.answers.get(method)


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def outcome() -> Outcome:
    return Outcome(BoundedLog(1000), 1000)


@pytest.fixture
def demisto(asked: Asked, outcome: Outcome) -> Any:
    made = Demisto(asked)  # type: ignore[arg-type]  # it calls, and that is all that is needed
    made.begin(dict(RUN), outcome)
    return made


KNOWN_AT_ONCE: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "args": (lambda d: d.args(), {"a": "1"}),
    "an argument": (lambda d: d.getArg("a"), "1"),
    "an argument that is not there": (lambda d: d.getArg("b"), None),
    "a param": (lambda d: d.getParam("url"), "u"),
    "the command": (lambda d: d.command(), "x-do"),
    "the investigation": (lambda d: d.investigation(), {"id": "7"}),
    "the incident": (lambda d: d.incident()["name"], "WB-1"),
    "incidents of a script": (lambda d: d.incidents()[0]["id"], "7"),
    "incidents by their newer name": (lambda d: d.get_incidents()[0]["id"], "7"),
    "the instance": (lambda d: d.integrationInstance(), "one"),
    "the parent entry": (lambda d: d.parentEntry(), {"id": "3@7"}),
    "a dotted path": (lambda d: d.get({"a": {"b": 3}}, "a.b"), 3),
    "a dotted path that ends early": (lambda d: d.get({"a": None}, "a.b.c", "none"), "none"),
    "a dotted path as text": (lambda d: d.gets({"a": 3}, "a"), "3"),
    "the last run": (lambda d: d.getLastRun(), {"at": 1}),
    "a context with its version": (lambda d: d.getIntegrationContextVersioned()["version"], 4),
    "debug mode": (lambda d: d.is_debug, False),
    "licence": (lambda d: (d.getLicenseID(), d.getLicenseCustomField("k"), d.getAutoFocusApiKey()), ("", "", "")),
    "index hash": (lambda d: d.getIndexHash(), ""),
    "the mirror run": (lambda d: d.getLastMirrorRun(), {}),
}


@pytest.mark.parametrize("name", KNOWN_AT_ONCE)
def test_what_the_run_came_with_needs_no_server(demisto: Any, asked: Asked, name: str) -> None:
    ask, expected = KNOWN_AT_ONCE[name]
    assert ask(demisto) == expected
    assert asked.calls == []


GATES = (
    "4.5.0",
    "5.0.0",
    "5.5.0",
    "6.0.0",
    "6.1.0",
    "6.2.0",
    "6.2",
    "6.5.0",
    "6.5",
    "6.6.0",
    "6.8.0",
)  # of public content


@pytest.mark.parametrize("gate", GATES)
def test_the_version_passes_the_gates_of_content_compared_as_text_and_as_numbers(demisto: Any, gate: str) -> None:
    version = demisto.demistoVersion()["version"]
    assert version >= gate
    assert _numbers(version) >= _numbers(gate)


@pytest.mark.parametrize("gate", ["8", "8.0.0", "8.4.0"])
def test_the_version_passes_no_gate_of_the_cloud(demisto: Any, gate: str) -> None:
    version = demisto.demistoVersion()["version"]
    assert version < gate
    assert _numbers(version) < _numbers(gate)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def test_a_run_without_an_incident_has_none(demisto: Any, outcome: Outcome) -> None:
    demisto.begin({**RUN, "incident": None}, outcome)
    assert (demisto.incident(), demisto.incidents()) == ({}, [])


def test_unique_file_names_differ(demisto: Any) -> None:
    assert demisto.uniqueFile() != demisto.uniqueFile()


@pytest.mark.parametrize(
    ("setter", "getter", "kept"),
    [
        ("setLastRun", "getLastRun", "last_run"),
        ("setLastMirrorRun", "getLastMirrorRun", "last_mirror_run"),
        ("setIntegrationContext", "getIntegrationContext", "integration_context"),
    ],
)
def test_what_was_set_can_be_read_back_and_is_kept(
    demisto: Any, outcome: Outcome, setter: str, getter: str, kept: str
) -> None:
    getattr(demisto, setter)({"at": 2})
    assert getattr(demisto, getter)() == {"at": 2}
    assert outcome.kept[kept] == '{"at":2}'


def test_a_fetch_says_what_it_found(demisto: Any, outcome: Outcome) -> None:
    demisto.incidents([])
    assert outcome.kept["incidents"] == "[]"


def test_log_lines_carry_their_level(demisto: Any, outcome: Outcome) -> None:
    for level in ("debug", "info", "error", "log"):
        getattr(demisto, level)("text")
    assert outcome.log.lines() == ["debug: text", "info: text", "error: text", "log: text"]


def test_a_context_is_saved_at_once_when_asked_for(demisto: Any, asked: Asked, outcome: Outcome) -> None:
    asked.answers["setIntegrationContextVersioned"] = 5
    demisto.setIntegrationContext({"token": "unsaved"})
    demisto.setIntegrationContextVersioned({"token": "new"}, 4, sync=True)
    assert asked.calls[0][1] == {"context": {"token": "new"}, "version": 4, "sync": True}
    assert demisto.getIntegrationContextVersioned() == {"context": {"token": "new"}, "version": 5}
    assert "integration_context" not in outcome.kept


def test_a_context_without_version_or_hurry_waits_for_the_end(demisto: Any, asked: Asked, outcome: Outcome) -> None:
    demisto.setIntegrationContextVersioned({"token": "new"})
    assert asked.calls == []
    assert outcome.kept["integration_context"] == '{"token":"new"}'


def test_a_context_is_read_anew_when_asked_for(demisto: Any, asked: Asked) -> None:
    asked.answers["getIntegrationContextVersioned"] = {"context": {"token": "fresh"}, "version": 9}
    assert demisto.getIntegrationContextVersioned(refresh=True) == {"context": {"token": "fresh"}, "version": 9}
    assert demisto.getIntegrationContext() == {"token": "fresh"}


ASKED_OF_THE_SERVER: dict[str, tuple[Callable[[Any], Any], dict[str, Any]]] = {
    "executeCommand": (lambda d: d.executeCommand("Set", None), {"command": "Set", "args": {}}),
    "getFilePath": (lambda d: d.getFilePath("3@7"), {"id": "3@7"}),
    "context": (lambda d: d.context(), {}),
    "setContext": (lambda d: d.setContext("File.Name", "x"), {"contextPath": "File.Name", "value": "x"}),
    "dt": (lambda d: d.dt({"a": 1}, "a"), {"obj": {"a": 1}, "trnsfrm": "a"}),
    "demistoUrls": (lambda d: d.demistoUrls(), {}),
    "getModules": (lambda d: d.getModules(), {}),
    "getAllSupportedCommands": (lambda d: d.getAllSupportedCommands(), {}),
    "createIndicators": (lambda d: d.createIndicators([1]), {"indicators_batch": [1], "noUpdate": False}),
    "searchIndicators": (
        lambda d: d.searchIndicators(query="type:IP", page=2, sort=[]),
        {
            "fromDate": "",
            "query": "type:IP",
            "size": 100,
            "page": 2,
            "toDate": "",
            "value": "",
            "searchAfter": None,
            "populateFields": None,
            "sort": [],
        },
    ),
    "searchRelationships": (lambda d: d.searchRelationships({"entities": []}), {"args": {"entities": []}}),
    "createIncidents": (lambda d: d.createIncidents([{}]), {"incidents": [{}], "lastRun": None, "userID": None}),
    "credentials": (lambda d: d.credentials([]), {"credentials": []}),
    "mapObject": (lambda d: d.mapObject({}, "m"), {"obj": {}, "mapper": "m", "mapper_type": None}),
    "findUser": (lambda d: d.findUser("ann"), {"username": "ann", "email": None}),
    "addEntry": (
        lambda d: d.addEntry("7", "hi", "ann"),
        {"id": "7", "entry": "hi", "username": "ann", "email": None, "footer": None},
    ),
    "mirrorInvestigation": (
        lambda d: d.mirrorInvestigation("7", "all:both"),
        {"id": "7", "mirrorType": "all:both", "autoClose": False},
    ),
    "directMessage": (
        lambda d: d.directMessage("hi"),
        {"message": "hi", "username": None, "email": None, "anyoneCanOpenIncidents": None},
    ),
    "handleEntitlementForUser": (
        lambda d: d.handleEntitlementForUser("7", "g", "e", "yes"),
        {"incidentID": "7", "guid": "g", "email": "e", "content": "yes", "taskID": ""},
    ),
    "internalHttpRequest": (
        lambda d: d.internalHttpRequest("GET", "/health"),
        {"method": "GET", "uri": "/health", "body": None},
    ),
}


@pytest.mark.parametrize("method", ASKED_OF_THE_SERVER)
def test_what_only_the_server_knows_is_asked_of_it(demisto: Any, asked: Asked, method: str) -> None:
    ask, args = ASKED_OF_THE_SERVER[method]
    asked.answers[method] = ["answer"]
    assert ask(demisto) == ["answer"]
    assert asked.calls == [(method, args)]


def test_the_port_names_every_method_that_is_asked_in_python_or_javascript() -> None:
    tree = ast.parse(inspect.getsource(demisto_object))
    asked = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "_ask"
        if isinstance(node.args[0], ast.Constant)
    }
    in_javascript = set(re.findall(r'\bcall\("(\w+)"', PRELUDE))  # some of them are answered in the worker
    methods = set(get_args(ServerMethod))
    assert asked | (in_javascript & methods) == methods


def test_everything_asked_goes_through_what_common_server_python_wraps(demisto: Any, asked: Asked) -> None:
    seen: list[str] = []
    inner = demisto._Demisto__do

    def locked(cmd: dict[str, Any]) -> Any:
        seen.append(cmd["method"])
        return inner(cmd)

    demisto._Demisto__do = locked
    demisto.getModules()
    assert (seen, asked.calls) == (["getModules"], [("getModules", {})])


def test_the_next_run_finds_nothing_of_the_last(demisto: Any, outcome: Outcome) -> None:
    demisto.lock = "mine"
    demisto.results = print
    demisto.begin(dict(RUN), outcome)
    assert not hasattr(demisto, "lock")
    demisto.results("ok")
    assert '"results":["ok"]' in outcome.line(1, {})
