"""The server API of running code: executeCommand, context, getFilePath and the rest, answered while the code waits."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol, TypeAlias

from warroom.content.catalogue import Catalogue
from warroom.content.shelf import headings
from warroom.context.cast import MISSING
from warroom.context.merge import apply
from warroom.context.path import find
from warroom.context.scope import Scope
from warroom.model.context import ContextPatch, PatchKind
from warroom.model.errors import InvalidInputError
from warroom.model.ids import EntryId, InstanceId
from warroom.model.incident import Incident
from warroom.model.json import Json, JsonObject
from warroom.model.user import Actor
from warroom.services.commands.arguments import digest
from warroom.services.commands.binding import Binding, within_reach
from warroom.services.commands.library import Library
from warroom.services.commands.references import of_code
from warroom.services.commands.targets import Resolved, ScriptTarget
from warroom.services.evidence.custodian import Custodian
from warroom.services.execution import indicators_of_code
from warroom.services.execution.call import Actions, Call, Outcome, handed_on, reader_of
from warroom.services.execution.http_call import answer_of, read_form, read_request, with_file
from warroom.services.execution.look_up import look_up
from warroom.services.execution.server import text_entry
from warroom.services.execution.server_answers import add_entry, create_incidents, find_user, refuse, urls
from warroom.services.execution.settings import Settings
from warroom.services.indicators.indicators import Indicators
from warroom.services.people.access import Permission, require
from warroom.services.plans.last_entries import LAST_ENTRIES, last_entries
from warroom.services.plans.lists import lists_named_in
from warroom.services.plans.scopes import PRIVATE_PREFIX, modules_of, own_path, refuse_private, scope_of
from warroom.services.ports.blobs import Blobs
from warroom.services.ports.clock import Clock
from warroom.services.ports.outgoing import Outgoing
from warroom.services.ports.store import Store
from warroom.services.ports.value_scripts import ValueScripts
from warroom.services.secrecy.redaction import seen_with
from warroom.services.writing.journal import Journal

GET_FILE_PATH = "getFilePath"


class ServerBackend(Protocol):
    """What the API calls: the executor."""

    library: Library
    store: Store
    journal: Journal
    blobs: Blobs
    clock: Clock
    outgoing: Outgoing
    settings: Settings

    @property
    def scripts(self) -> ValueScripts:
        """What values run: here, JavaScript in paths."""
        ...

    async def origins(self) -> Sequence[str]:
        """Return the origins on this machine that code may ask."""
        ...

    async def run_for_code(self, call: Call, asker: "ServerApi", scratch: Path) -> list[Json]:
        """Run a call that running code makes: files go to its `scratch`, changes to `api`; returns the results."""
        ...

    async def save_memory(self, instance: InstanceId, value: JsonObject, version: int | None) -> int:
        """Store an integration's memory, so that its next run begins with it."""
        ...


class ServerApi:
    """Answers one run's calls to the server, and collects what is committed with the run's own results.

    The API of a nested run sees what its caller's has changed so far. Both share one list of actions, because a run can
    be killed while a run inside it acts.
    """

    def __init__(
        self, backend: ServerBackend, call: Call, instance: InstanceId | None = None, asker: "ServerApi | None" = None
    ) -> None:
        self._backend = backend
        self._instance = instance
        self._call = call
        self._earlier: Sequence[ContextPatch] = asker.so_far if asker else ()
        self._asked: Counter[str] = Counter()
        self.depth: int = asker.depth + 1 if asker else 0
        self.actions: Actions = asker.actions if asker else Actions()
        self.outcome = Outcome()  # of the code's calls, besides their results and actions
        self.secrets: list[str] = []  # of code that it called
        self.printed = ""  # by code that it called

    @property
    def so_far(self) -> Sequence[ContextPatch]:
        """Changes to the context that are not committed yet."""
        return [*self._earlier, *self.outcome.patches]

    @property
    def incident(self) -> Incident:
        """The incident as the code has changed it."""
        return self.outcome.incident or self._call.incident

    async def call(self, method: str, args: JsonObject, scratch: Path) -> Json:
        """Answer one call of running code."""
        answer = METHODS.get(method)
        refuse(method)
        if answer is None:
            raise InvalidInputError(f"demisto.{method} is not available in this runtime yet.")
        return await answer(self, args, scratch)

    async def execute_command(self, args: JsonObject, scratch: Path) -> Json:
        given = dict(args.get("args") or {})
        name = str(args.get("command") or "")
        if name == GET_FILE_PATH:  # which is a command, too, that scripts alone can call
            return [text_entry("A file path", await self.get_file_path(given, scratch))]
        controls = {key: str(given.pop(key) or "") for key in ("using", "using-brand") if key in given}
        resolved = self._look_up(name, controls.get("using-brand", ""))
        own = self._call.origin
        if resolved.changes:
            self._refuse_change(name)
        texts = [value for value in given.values() if isinstance(value, str)]
        lists = await lists_named_in(self._backend.store, texts)
        scope = scope_of(await self._whole_context(), self.incident, scope=own.scope, inputs=own.inputs, lists=lists)
        reader = replace(reader_of(self._call), incident=self.incident)
        passed = await self._backend.scripts.evaluated(scope, reader, partial(of_code, resolved, given))
        nested = replace(
            self._call,
            incident=self.incident,
            resolved=resolved,
            args=passed,
            controls=handed_on(self._call.controls, controls.get("using", "")),
            idempotency_key=self._key_for(name, passed),
            is_carried=True,
        )
        return await self._backend.run_for_code(nested, self, scratch)

    def _refuse_change(self, what: str) -> None:
        """Refuse what would change something in a call whose outcome nothing commits."""
        if self._call.origin.changes_nothing:
            raise InvalidInputError(
                f"{what} changes something, which a fetch, a test or mirroring may not do. "
                "Call it in a task of a playbook."
            )

    def _look_up(self, name: str, brand: str) -> Resolved:
        """Look a command up in the brand that it names, else in the script's `using`, if it is offered there."""
        catalogue, handed = self._backend.library.catalogue, handed_on(self._call.controls).handed_brand
        own = look_up(catalogue, name, using_brand=brand)
        if brand or not handed:
            return own
        found = look_up(catalogue, name, using_brand=handed)
        return own if found.missing else found

    def _key_for(self, name: str, args: Mapping[str, Json]) -> str:
        """Derive a nested action's key from the task's and from the call; a repeated call gets another key."""
        if not self._call.idempotency_key:
            return ""
        asked = digest([name, args])
        self._asked[asked] += 1
        again = self._asked[asked] - 1
        return f"{self._call.idempotency_key}@{asked}" + (f".{again}" if again else "")

    async def context(self, _args: JsonObject, _: Path) -> Json:
        """Return the context at the code's place in the playbook, with its changes so far."""
        context, own = await self._whole_context(), self._call.origin
        seen = context.get(own.scope, {}) if own.scope else context
        target = self._call.resolved.here
        text = target.script.code.text if isinstance(target, ScriptTarget) else ""
        if own.scope and PRIVATE_PREFIX in text:  # it names its own context in full
            seen = {**seen, own.scope: seen}
        if LAST_ENTRIES in text:
            last = await last_entries(
                self._backend.store, self._backend.library, self._call.incident.id, own.plan, own.task
            )
            return {**seen, LAST_ENTRIES: list(last)}
        return seen

    async def _whole_context(self) -> JsonObject:
        context = await self._backend.journal.context(self._call.incident.id)
        for patch in self.so_far:
            context = apply(context, patch)
        return seen_with(self._call.origin.rights, context)

    async def set_context(self, args: JsonObject, _: Path) -> Json:
        self._refuse_change("setContext")
        patch = ContextPatch(
            incident=self._call.incident.id,
            kind=PatchKind.SET,
            scope=self._call.origin.scope,
            path=own_path(self._call.origin.scope, str(args.get("contextPath") or "")),
            value=args.get("value"),
        )
        apply({}, patch)  # a path that cannot be read is the code's error, and is raised at once
        refuse_private(patch.scope, patch.path)
        self.outcome += Outcome(patches=[patch])
        return None

    async def dt(self, args: JsonObject, _: Path) -> Json:
        obj, path = args.get("obj"), str(args.get("trnsfrm") or "")
        reader = replace(reader_of(self._call), incident=self.incident)
        found = await self._backend.scripts.evaluated(
            Scope(context={}), reader, lambda scope: find(obj, path, scope.semantics, scope.scripts)
        )
        return None if found is MISSING else found

    async def get_file_path(self, args: JsonObject, scratch: Path) -> Json:
        """Put the entry's file where the code can read it."""
        origin, backend = self._call.origin, self._backend
        actor = Actor(name=origin.actor, role=origin.rights, door="command", address=f"incident {self.incident.id}")
        require(actor, Permission.DOWNLOAD_EVIDENCE)
        custodian = Custodian(backend.store, backend.journal, backend.blobs, backend.clock)
        entry = await custodian.entry(EntryId(str(args.get("id") or "")))
        assert entry.file is not None
        path = await custodian.link(entry, scratch, actor, f"read by {self._call.name}", of=self.incident.id)
        return {"id": entry.id, "path": str(path), "name": entry.file.name}

    async def http(self, args: JsonObject, scratch: Path) -> Json:
        """Ask the web for code that has no network; a file that the answer goes into is the code's."""
        request, file_id = with_file(read_request(args), args, scratch, self._call.incident.id)
        return answer_of(await self._backend.outgoing.ask(request, await self._backend.origins()), file_id)

    async def http_multipart(self, args: JsonObject, scratch: Path) -> Json:
        """Send a form, with an entry's file where one is named, which is custody's to hand out."""
        request = read_form(args)
        if args.get("file"):
            found = await self.get_file_path({"id": args["file"]}, scratch)
            request = replace(request, file=Path(found["path"]), file_name=found["name"])
        return answer_of(await self._backend.outgoing.ask(request, await self._backend.origins()), "")

    async def get_integration_context(self, _args: JsonObject, _: Path) -> Json:
        """Return the instance's memory as it is stored now; it may have changed since the run started."""
        if self._instance is None:
            raise InvalidInputError("Only an integration has an integration context.")
        memory = await self._backend.store.integration_context(self._instance)
        return {"context": memory.value, "version": memory.version}

    async def set_integration_context(self, args: JsonObject, _: Path) -> Json:
        """Store the instance's memory; a version that is not the current one is a conflict."""
        if self._instance is None:
            raise InvalidInputError("Only an integration has an integration context.")
        given = args.get("version")
        version = None if given in (None, -1) else int(given)
        return await self._backend.save_memory(self._instance, args.get("context") or {}, version)

    async def demisto_urls(self, _args: JsonObject, _: Path) -> Json:
        return urls(self._backend.settings.public_url, self.incident)

    async def search_indicators(self, args: JsonObject, _: Path) -> Json:
        return await indicators_of_code.search(self._indicators, args, self._actor)

    async def create_indicators(self, args: JsonObject, _: Path) -> Json:
        """Store a feed's batch as that of the instance whose code asks."""
        held = [one for one in await self._backend.journal.instances() if one.id == self._instance]
        return await indicators_of_code.create(self._indicators, args, self._actor, held[0] if held else None)

    @property
    def _indicators(self) -> Indicators:
        backend = self._backend
        return Indicators(backend.store, backend.clock, backend.library)

    @property
    def _actor(self) -> Actor:
        return Actor(name=self._call.origin.actor, role=self._call.origin.rights)

    async def get_modules(self, _args: JsonObject, _: Path) -> Json:
        handed = handed_on(self._call.controls).handed
        seen = within_reach(await self._backend.journal.instances(), Binding(incident=self.incident, handed=handed))
        return modules_of(self._backend.library.catalogue, seen)

    async def get_all_supported_commands(self, _args: JsonObject, _: Path) -> Json:
        return _commands_by_brand(self._backend.library.catalogue)


def _commands_by_brand(catalogue: Catalogue) -> JsonObject:
    return {
        known.id: [{"name": name} for name in known.commands] for known in headings(catalogue.integrations).values()
    }


Answer: TypeAlias = Callable[[ServerApi, JsonObject, Path], Awaitable[Json]]

METHODS: Mapping[str, Answer] = {
    "addEntry": add_entry,
    "createIncidents": create_incidents,
    "demistoUrls": ServerApi.demisto_urls,
    "findUser": find_user,
    "context": ServerApi.context,
    "createIndicators": ServerApi.create_indicators,
    "dt": ServerApi.dt,
    "executeCommand": ServerApi.execute_command,
    "getAllSupportedCommands": ServerApi.get_all_supported_commands,
    GET_FILE_PATH: ServerApi.get_file_path,
    "getIntegrationContextVersioned": ServerApi.get_integration_context,
    "getModules": ServerApi.get_modules,
    "http": ServerApi.http,
    "httpMultipart": ServerApi.http_multipart,
    "searchIndicators": ServerApi.search_indicators,
    "setContext": ServerApi.set_context,
    "setIntegrationContextVersioned": ServerApi.set_integration_context,
}
