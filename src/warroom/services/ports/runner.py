"""Running integration and script code."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

from warroom.content.integration import Code
from warroom.model.json import Json, JsonObject
from warroom.model.lane import Lane


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of code in a worker.

    `worker` names the warm process: an instance's id, or "scripts" for the shared pool. `modules` are sources that
    the code imports by name (CommonServerPython, …ApiModule). `params` may hold secrets: they go over the pipe only.
    `timeout` is in real seconds.
    """

    worker: str
    code: Code
    name: str  # of the script or integration, for messages
    command: str = ""
    args: Mapping[str, Json] = field(default_factory=dict)
    params: Mapping[str, Json] = field(default_factory=dict, repr=False)
    modules: Mapping[str, Code] = field(default_factory=dict)
    incident: JsonObject | None = None
    investigation: str = ""
    calling_context: JsonObject = field(default_factory=dict)
    is_integration: bool = False
    last_run: Mapping[str, Json] = field(default_factory=dict)
    last_mirror_run: Mapping[str, Json] = field(default_factory=dict)
    integration_context: JsonObject = field(default_factory=dict, repr=False)  # tokens, as a rule
    integration_context_version: int = 0
    timeout: float = 300.0
    lane: Lane = Lane.ROUTINE  # how soon it gets a worker where others wait for one
    anew: bool = False  # in a new process: its worker died, and those that are idle may be dying with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """The output of a run. `results` are demisto.results(...) values in order; `incidents` a fetch's output.

    `error` is what escaped the code as an exception (its last line). `traceback` is where that happened, or where what
    happened that the code caught and ended with (`return_error`); it names the pack's own files. `log` is what the
    code printed. `scratch` holds the files that the code wrote; it is deleted when the run's context ends.
    """

    results: Sequence[Json] = ()
    incidents: Sequence[JsonObject | None] | None = None
    spilled: Mapping[int, str] = field(default_factory=dict)
    last_run: JsonObject | None = None
    last_mirror_run: JsonObject | None = None
    integration_context: JsonObject | None = None
    health: JsonObject | None = None  # updateModuleHealth
    log: Sequence[str] = ()
    error: str = ""
    traceback: str = ""
    scratch: Path
    seconds: float = 0.0
    size: int = 0  # bytes of its results without files


ServerMethod: TypeAlias = Literal[
    "addEntry",  # id, entry, username, email, footer
    "context",  # -> the incident's context
    "createIncidents",  # incidents, lastRun, userID
    "createIndicators",  # indicators_batch, noUpdate
    "credentials",  # credentials
    "demistoUrls",  # -> {server, warRoom, workPlan, investigation, …}
    "directMessage",  # message, username, email, anyoneCanOpenIncidents
    "dt",  # obj, trnsfrm -> what the DT expression finds
    "executeCommand",  # command, args -> list of entries
    "findUser",  # username, email
    "getAllSupportedCommands",
    "getFilePath",  # id -> {id, path, name}; link the file into the scratch folder
    "getIntegrationContextVersioned",  # refresh -> {context, version}
    "getModules",  # -> {instance: {brand, category, state, …}}
    "handleEntitlementForUser",  # incidentID, guid, email, content, taskID
    "http",  # url, request, insecure, proxy -> {StatusCode, Status, Headers, Body, Cookies, Path}; of JavaScript
    "httpMultipart",  # url, file, request, fields, insecure, proxy -> as http; of JavaScript
    "internalHttpRequest",  # method, uri, body -> {statusCode, status, body, headers}
    "mapObject",  # obj, mapper, mapper_type
    "mirrorInvestigation",  # id, mirrorType, autoClose
    "searchIndicators",  # fromDate, query, size, page, toDate, value, searchAfter, populateFields
    "searchRelationships",  # args
    "setContext",  # contextPath, value
    "setIntegrationContextVersioned",  # context, version (-1: any), sync -> the new version; else ConflictError
]
"""Methods of `demisto` that only the server can answer; the arguments carry XSOAR's own parameter names."""


class ServerCalls(Protocol):
    """What running code may ask of the server while it runs (demisto.executeCommand, context, getFilePath, …)."""

    async def call(self, method: str, args: JsonObject, scratch: Path) -> Json:
        """Answer one call (`ServerMethod`); a WarroomError becomes a ValueError inside the code, with its text.

        Runs that it starts must belong to the same asyncio task or to one made from it. By that the runner knows that
        they are nested, and does not make them wait for the worker that waits for them.
        """
        ...


class Runner(Protocol):
    """Runs code in worker processes."""

    def run(self, run: Run, calls: ServerCalls) -> AbstractAsyncContextManager[Ran]:
        """Run the code; raises CommandTimeoutError or WorkerDiedError, never the code's own exceptions."""
        ...

    async def close(self) -> None: ...
