"""The desk that running code asks: executeCommand, context, getFilePath and the rest, answered while the code waits."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol, TypeAlias

from warroom.content.catalogue import Catalogue
from warroom.content.shelf import headings
from warroom.context.merge import apply
from warroom.context.path import get
from warroom.model.context import ContextPatch, PatchKind
from warroom.model.errors import InvalidInputError
from warroom.model.ids import EntryId, InstanceId
from warroom.model.incident import Incident
from warroom.model.json import Json, JsonObject
from warroom.model.user import Actor
from warroom.services.access import Permission, require
from warroom.services.custodian import Custodian
from warroom.services.discretion import seen_with
from warroom.services.execution.arguments import digest
from warroom.services.execution.binding import Binding, within_reach
from warroom.services.execution.call import Call, Effects, handed_on
from warroom.services.execution.look_up import look_up
from warroom.services.execution.references import of_code
from warroom.services.execution.targets import Resolved
from warroom.services.journal import Journal
from warroom.services.library import Library
from warroom.services.lists import lists_named_in
from warroom.services.ports.blobs import Blobs
from warroom.services.ports.clock import Clock
from warroom.services.ports.store import Store
from warroom.services.scopes import modules_of, refuse_private, scope_of


class Office(Protocol):
    """What stands behind the desk: the executor."""

    library: Library
    store: Store
    journal: Journal
    blobs: Blobs
    clock: Clock

    async def run_for_code(self, call: Call, asker: "Desk", scratch: Path) -> list[Json]:
        """Run a call that running code makes: files go to its `scratch`, effects to its desk, results come back."""
        ...

    async def save_memory(self, instance: InstanceId, value: JsonObject, version: int | None) -> int:
        """Store an integration's memory, so that its next run begins with it."""
        ...


class Desk:
    """Answers one run's calls and keeps what is to be committed with the run's own results.

    The desk of a nested run stands behind its asker's: it sees what that one has changed so far, and both keep one
    list of intents and of what was held, since a run may be cut off while a run inside it acts.
    """

    def __init__(
        self, office: Office, call: Call, instance: InstanceId | None = None, asker: "Desk | None" = None
    ) -> None:
        self._office = office
        self._instance = instance
        self._call = call
        self._earlier: Sequence[ContextPatch] = asker.so_far if asker else ()
        self._asked: Counter[str] = Counter()
        self.depth: int = asker.depth + 1 if asker else 0
        self.effects: Effects = Effects(intents=asker.effects.intents, held=asker.effects.held) if asker else Effects()

    @property
    def so_far(self) -> Sequence[ContextPatch]:
        """Changes to the context that nobody has committed yet."""
        return [*self._earlier, *self.effects.patches]

    @property
    def incident(self) -> Incident:
        """The incident as the code has changed it."""
        return self.effects.incident or self._call.incident

    async def call(self, method: str, args: JsonObject, scratch: Path) -> Json:
        """Answer one call of running code."""
        answer = METHODS.get(method)
        if answer is None:
            raise InvalidInputError(f"demisto.{method} is not available in this runtime yet.")
        return await answer(self, args, scratch)

    async def execute_command(self, args: JsonObject, scratch: Path) -> Json:
        given = dict(args.get("args") or {})
        name = str(args.get("command") or "")
        controls = {key: str(given.pop(key) or "") for key in ("using", "using-brand") if key in given}
        resolved = self._look_up(name, controls.get("using-brand", ""))
        own = self._call.origin
        texts = [value for value in given.values() if isinstance(value, str)]
        lists = await lists_named_in(self._office.store, texts)
        scope = scope_of(await self._whole_context(), self.incident, scope=own.scope, inputs=own.inputs, lists=lists)
        passed = of_code(resolved, given, scope)
        nested = replace(
            self._call,
            incident=self.incident,
            resolved=resolved,
            args=passed,
            controls=handed_on(self._call.controls, controls.get("using", "")),
            idempotency_key=self._key_for(name, passed),
            is_carried=True,
        )
        return await self._office.run_for_code(nested, self, scratch)

    def _look_up(self, name: str, brand: str) -> Resolved:
        """Look a command up in the brand that it names, else in the one that the script was told to use, if it can."""
        catalogue, handed = self._office.library.catalogue, handed_on(self._call.controls).handed_brand
        own = look_up(catalogue, name, using_brand=brand)
        if brand or not handed:
            return own
        found = look_up(catalogue, name, using_brand=handed)
        return own if found.missing else found

    def _key_for(self, name: str, args: Mapping[str, Json]) -> str:
        """Derive a nested action's key from the task's and from what is asked; the same once more is another one."""
        if not self._call.idempotency_key:
            return ""
        asked = digest([name, args])
        self._asked[asked] += 1
        again = self._asked[asked] - 1
        return f"{self._call.idempotency_key}@{asked}" + (f".{again}" if again else "")

    async def context(self, _args: JsonObject, _: Path) -> Json:
        """Give the context from where the code's playbook stands, with what the code has changed so far."""
        context = await self._whole_context()
        scope = self._call.origin.scope
        return context.get(scope, {}) if scope else context

    async def _whole_context(self) -> JsonObject:
        context = await self._office.journal.context(self._call.incident.id)
        for patch in self.so_far:
            context = apply(context, patch)
        return seen_with(self._call.origin.rights, context)

    async def set_context(self, args: JsonObject, _: Path) -> Json:
        patch = ContextPatch(
            incident=self._call.incident.id,
            kind=PatchKind.SET,
            scope=self._call.origin.scope,
            path=str(args.get("contextPath") or ""),
            value=args.get("value"),
        )
        apply({}, patch)  # a path that cannot be read is the code's mistake, and is told to it now
        refuse_private(patch.scope, patch.path)
        self.effects.patches.append(patch)
        return None

    async def dt(self, args: JsonObject, _: Path) -> Json:
        return get(args.get("obj"), str(args.get("trnsfrm") or ""))

    async def get_file_path(self, args: JsonObject, scratch: Path) -> Json:
        """Put the entry's file where the code can read it."""
        origin, office = self._call.origin, self._office
        actor = Actor(name=origin.actor, role=origin.rights, door="command", address=f"incident {self.incident.id}")
        require(actor, Permission.DOWNLOAD_EVIDENCE)
        custodian = Custodian(office.store, office.journal, office.blobs, office.clock)
        entry = await custodian.entry(EntryId(str(args.get("id") or "")))
        assert entry.file is not None
        path = await custodian.link(entry, scratch, actor, f"read by {self._call.name}", of=self.incident.id)
        return {"id": entry.id, "path": str(path), "name": entry.file.name}

    async def get_integration_context(self, _args: JsonObject, _: Path) -> Json:
        """Give the instance's memory as it is stored now, whatever the run was started with."""
        if self._instance is None:
            raise InvalidInputError("Only an integration has an integration context.")
        memory = await self._office.store.integration_context(self._instance)
        return {"context": memory.value, "version": memory.version}

    async def set_integration_context(self, args: JsonObject, _: Path) -> Json:
        """Store the instance's memory; a version that is not the current one is a conflict."""
        if self._instance is None:
            raise InvalidInputError("Only an integration has an integration context.")
        given = args.get("version")
        version = None if given in (None, -1) else int(given)
        return await self._office.save_memory(self._instance, args.get("context") or {}, version)

    async def get_modules(self, _args: JsonObject, _: Path) -> Json:
        handed = handed_on(self._call.controls).handed
        seen = within_reach(await self._office.journal.instances(), Binding(incident=self.incident, handed=handed))
        return modules_of(self._office.library.catalogue, seen)

    async def get_all_supported_commands(self, _args: JsonObject, _: Path) -> Json:
        return _commands_by_brand(self._office.library.catalogue)


def _commands_by_brand(catalogue: Catalogue) -> JsonObject:
    return {
        known.id: [{"name": name} for name in known.commands] for known in headings(catalogue.integrations).values()
    }


Answer: TypeAlias = Callable[[Desk, JsonObject, Path], Awaitable[Json]]

METHODS: Mapping[str, Answer] = {
    "context": Desk.context,
    "dt": Desk.dt,
    "executeCommand": Desk.execute_command,
    "getAllSupportedCommands": Desk.get_all_supported_commands,
    "getFilePath": Desk.get_file_path,
    "getIntegrationContextVersioned": Desk.get_integration_context,
    "getModules": Desk.get_modules,
    "setContext": Desk.set_context,
    "setIntegrationContextVersioned": Desk.set_integration_context,
}
