"""The executor: one call in, its outcome out; it commits nothing, so that the caller can commit all at once."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

import structlog

from warroom.content.integration import Integration
from warroom.model.context import ContextPatch
from warroom.model.errors import HostError, InvalidInputError, WarroomError, WorkerDiedError
from warroom.model.ids import InstanceId
from warroom.model.incident import Incident
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json, JsonObject
from warroom.model.plan import Approved
from warroom.model.user import Actor
from warroom.services.access import Permission, may, require
from warroom.services.approvals.gate import Gate, Verdict, only
from warroom.services.execution.arguments import check_names, prepare
from warroom.services.execution.binding import targets_of
from warroom.services.execution.builtins import BUILTINS, Server
from warroom.services.execution.call import Call, Effects, Outcome, binding_of
from warroom.services.execution.calling_context import calling_context
from warroom.services.execution.code_output import output_of, output_of_cut_off, pass_on, tell
from warroom.services.execution.departure import Departure
from warroom.services.execution.desk import Desk
from warroom.services.execution.entries import EntryWriter, hand_over_files
from warroom.services.execution.fields import taken_fields
from warroom.services.execution.gathered import Gathered
from warroom.services.execution.large import aside
from warroom.services.execution.looks import schedules_of
from warroom.services.execution.masking import Mask, secrets_of
from warroom.services.execution.params import params_of
from warroom.services.execution.results import error_entry, normalise, raws_of
from warroom.services.execution.targets import (
    BuiltinTarget,
    CommandTarget,
    ScriptTarget,
    Target,
    instance_id,
    instance_name,
)
from warroom.services.journal import Journal
from warroom.services.library import Library
from warroom.services.local_origins import allowed_origins
from warroom.services.patience import written
from warroom.services.ports.blobs import Blobs
from warroom.services.ports.clock import Clock
from warroom.services.ports.runner import Ran, Run, Runner
from warroom.services.ports.store import IntegrationContext, Store
from warroom.services.ports.users import UserStore

NOTHING: Mapping[str, Json] = MappingProxyType({})
DEFAULT_TIMEOUT = 300.0
DEEPEST_NESTING = 8
LIVES = 2  # a worker's death is rarely the code's fault; twice in a row it is

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an operator decides about running content."""

    allowed_origins: tuple[str, ...] = ()  # that the http script may fetch from although they are local
    timeout: float = DEFAULT_TIMEOUT  # seconds for one run, unless the content says otherwise


@dataclass(slots=True, kw_only=True)
class Executor:
    """Runs calls on built-in commands, scripts and integration instances."""

    library: Library
    store: Store
    users: UserStore
    journal: Journal
    runner: Runner
    blobs: Blobs
    clock: Clock
    settings: Settings
    gate: Gate
    _memories: dict[InstanceId, IntegrationContext] = field(default_factory=dict)

    @property
    def _writer(self) -> EntryWriter:
        return EntryWriter(self.store, self.blobs, self.clock)

    async def run(self, call: Call, *, strict: bool = False) -> Outcome:
        """Run a call on all that it names, in order; the first error is the outcome's, the rest still run.

        Raises UnavailableCommandError and InvalidInputError, which are known before anything has run.
        """
        jobs = [job for target in await self.targets(call) for job in self._jobs(target, call, strict=strict)]
        gathered = Gathered()
        for target, args in jobs:
            job = replace(call, args=args)
            if isinstance(target, BuiltinTarget):
                await self._run_builtin(job, target, gathered)
            else:
                await self._run_code(job, target, gathered)
        return gathered.outcome

    async def run_for_code(self, call: Call, asker: Desk, scratch: Path) -> list[Json]:
        """Run a call that running code makes: its results go back to the code, only server commands have effects."""
        if asker.depth >= DEEPEST_NESTING:
            raise InvalidInputError(f"{call.name} was called {asker.depth + 1} levels deep. Does a script call itself?")
        results: list[Json] = []
        targets = await self.targets(call)
        jobs = [job for target in targets for job in self._jobs(target, call, strict=False)]
        departure = Departure(halting=self.gate.halting, journal=self.journal, clock=self.clock)
        if call.resolved.is_action:
            await departure.refuse(call, targets, asker.effects)
        approved = await self.gate.let_pass(call, targets) if call.resolved.is_action else None
        for target, args in jobs:
            job = replace(call, args=args, incident=asker.incident)
            if isinstance(target, BuiltinTarget):
                done = await BUILTINS[target.name](self._server(asker.so_far), job)
                asker.effects.add(done.patches, done.incident, replacements=done.replacements)
                results.append(done.entry)
            else:
                await departure.note(job, targets, asker.effects, approved)
                results += await self._run_nested(job, target, asker, scratch)
        return results

    async def weigh(self, call: Call) -> Verdict:
        """Say whether an action may pass now, before it runs; raises what `run` raises before anything has run."""
        targets = await self.targets(call)
        for target in targets:
            self._jobs(target, call, strict=False)
        return await self.gate.weigh(call, targets)

    async def let_pass(self, call: Call) -> Approved | None:
        """Let an action pass that cannot wait; raises ConflictError once its request for approval is filed."""
        return await self.gate.let_pass(call, await self.targets(call))

    async def _run_nested(
        self, call: Call, target: ScriptTarget | CommandTarget, asker: Desk, scratch: Path
    ) -> list[Json]:
        desk = Desk(self, call, instance_id(target), asker)
        run = await self._as_run(call, target, nested=True)
        async with self.runner.run(run, desk) as ran:
            raws = raws_of(ran)
            hand_over_files(call, raws, ran.scratch, scratch)
            if isinstance(target, CommandTarget):
                await self._remember(target.instance, ran)
        mask = Mask(_secrets(target, call)).also(desk.effects.secrets)
        output = await aside(ran.size, output_of, run, ran, mask, desk.effects.printed)
        tell(call, instance_name(target), output, has_entries=True)
        pass_on(output, asker.effects)
        asker.effects.add(
            patches=desk.effects.patches,
            incident=desk.effects.incident,
            secrets=[*desk.effects.secrets, *_secrets(target, call)],
            replacements=desk.effects.replacements,
        )
        return [raw.body for raw in raws]

    async def error_outcome(self, call: Call, message: str) -> Outcome:
        """Put an error that no run reported into the War Room."""
        entries, _ = await self._writer.write(call, [error_entry(message)], scratch=None, instance="", mask=Mask())
        return Outcome(entries=entries, error=message)

    @asynccontextmanager
    async def fetch(self, instance: IntegrationInstance, last_run: JsonObject, call: Call) -> AsyncIterator[Ran]:
        """Run an instance's `fetch-incidents`."""
        async with self.asked_by_server(instance, call, last_run=last_run) as ran:
            await self._remember(instance, ran)
            yield ran

    async def test(self, instance: IntegrationInstance, incident: Incident, origin: Call) -> Ran:
        """Run an instance's `test-module`."""
        async with self.asked_by_server(instance, replace(origin, incident=incident)) as ran:
            await self._remember(instance, ran)
            return ran

    @asynccontextmanager
    async def asked_by_server(
        self,
        instance: IntegrationInstance,
        call: Call,
        *,
        last_run: Mapping[str, Json] = NOTHING,
        last_mirror_run: Mapping[str, Json] = NOTHING,
    ) -> AsyncIterator[Ran]:
        """Run a command that nobody types; the caller keeps the integration's memory, or calls `forget_memory`.

        Its error, traceback and log are masked; they have been told to the log.
        """
        integration = self.library.catalogue.integration(instance.integration)
        run = await self._integration_run(integration, instance, call, integration.timeout)
        run = replace(run, last_run=last_run, last_mirror_run=last_mirror_run)
        desk = Desk(self, call, instance.id)
        async with self.runner.run(run, desk) as ran:
            mask = Mask([*instance.secrets.values(), *desk.effects.secrets])
            output = await aside(ran.size, output_of, run, ran, mask, desk.effects.printed)
            tell(call, instance.name, output)
            yield replace(ran, error=output.error, traceback=output.trace, log=output.log.splitlines())

    def forget_memory(self, instance: InstanceId) -> None:
        """Ask the store for an integration's memory the next time: somebody else has committed it."""
        self._memories.pop(instance, None)

    async def targets(self, call: Call) -> list[Target]:
        """Give what a call runs on; raises what `run` raises before anything has run."""
        self._refuse_without_rights(call)
        instances = await self.journal.instances() if call.resolved.offers or call.controls.using else []
        targets = targets_of(call.resolved, instances, binding_of(call))
        return targets if call.only is None else only(targets, call)

    def _refuse_without_rights(self, call: Call) -> None:
        """Hold whatever runs for a person to that person's role: a script, and a look that a command asks for, too."""
        rights = call.origin.rights
        if not may(rights, Permission.RUN_ACTIONS) and call.resolved.is_action:
            require(Actor(name=call.origin.actor, role=rights), Permission.RUN_ACTIONS)

    def _jobs(self, target: Target, call: Call, *, strict: bool) -> list[tuple[Target, dict[str, Json]]]:
        self._check_names(target, call, strict=strict)
        if isinstance(target, BuiltinTarget):
            return [(target, dict(call.args))]
        calls = prepare(call.name, target.arguments, call.args)
        if call.idempotency_key and call.resolved.is_keyed:
            for item in calls:
                key = f"{call.idempotency_key}@{item.turn}" if item.turn else call.idempotency_key
                item.args.setdefault("idempotency_key", key)
        return [(target, item.args) for item in calls]

    def _check_names(self, target: Target, call: Call, *, strict: bool) -> None:
        """Refuse arguments that nobody declares; what changes nothing gets them, with a word in the log."""
        if call.is_carried:
            return
        also = taken_fields(target, self.library.catalogue)
        is_strict = strict or call.resolved.changes
        if names := check_names(call.name, target.arguments, call.args, also, strict=is_strict):
            log.warning("arguments that nobody declares were passed on", command=call.name, arguments=names)

    async def _run_code(
        self, call: Call, target: ScriptTarget | CommandTarget, gathered: Gathered, lives: int = LIVES
    ) -> None:
        instance = instance_name(target)
        desk = Desk(self, call, instance_id(target))
        mask = Mask(_secrets(target, call))
        try:
            run = await self._as_run(call, target)
            async with self.runner.run(run, desk) as ran:
                mask = mask.also(desk.effects.secrets)
                output = await aside(ran.size, output_of, run, ran, mask, desk.effects.printed)
                raws = raws_of(replace(ran, error=output.error))
                entries, patches = await self._writer.write(
                    call, raws, scratch=ran.scratch, instance=instance, mask=mask, output=output
                )
                if isinstance(target, CommandTarget):
                    await self._remember(target.instance, ran)
        except WarroomError as error:  # what ran before it in this call has happened, and must be told
            gathered.deaths += isinstance(error, WorkerDiedError)
            if isinstance(error, WorkerDiedError) and lives > 1 and self._acts_once(call, desk):
                log.warning("worker died, its run is done again", command=call.name, error=str(error))
                await self._run_code(call, target, gathered, lives - 1)
                return
            raws = [error_entry(_cut_off(call, desk, error))]
            output = output_of_cut_off(call, error, mask.also(desk.effects.secrets), desk.effects.printed)
            entries, patches = await self._writer.write(
                call, raws, scratch=None, instance=instance, mask=mask, output=output
            )
            gathered.interrupted = gathered.interrupted or isinstance(error, HostError)
        tell(call, instance, output, has_entries=bool(entries))
        gathered.schedules += schedules_of(call, raws, entries, target)
        gathered.add(desk.effects, raws, entries, patches)

    def _acts_once(self, call: Call, desk: Desk) -> bool:
        """Whether a run that was cut off may be done again: it acts on nothing, or once for each key (design D4)."""
        if any(not intent.idempotency_key for intent in desk.effects.intents):
            return False
        return not call.resolved.acts_blindly

    async def _run_builtin(self, call: Call, target: BuiltinTarget, gathered: Gathered) -> None:
        effects = Effects()
        try:
            done = await BUILTINS[target.name](self._server(), call)
            raws = normalise([done.entry])
            effects.add(done.patches, done.incident, replacements=done.replacements)
        except WarroomError as error:
            raws = [error_entry(str(error))]
        entries, patches = await self._writer.write(call, raws, scratch=None, instance="", mask=Mask())
        gathered.add(effects, raws, entries, patches)

    def _server(self, earlier: Sequence[ContextPatch] = ()) -> Server:
        return Server(
            store=self.store,
            users=self.users,
            journal=self.journal,
            library=self.library,
            clock=self.clock,
            earlier=earlier,
        )

    async def _as_run(self, call: Call, target: ScriptTarget | CommandTarget, *, nested: bool = False) -> Run:
        if isinstance(target, CommandTarget):
            limit = call.controls.timeout or target.command.timeout or target.integration.timeout
            run = await self._integration_run(target.integration, target.instance, call, limit)
        else:
            limit = call.controls.timeout or target.script.timeout
            run = await self._script_run(target, call, limit)
        if nested:  # a script cannot wait for a later look, so what it calls has to end now
            run.calling_context["context"]["CalledByScript"] = True
        return run

    async def _script_run(self, target: ScriptTarget, call: Call, limit: float | None) -> Run:
        script = target.script
        return Run(
            worker="scripts",
            code=script.code,
            name=script.name,
            command=call.name,
            args=call.args,
            modules=self.library.catalogue.module_sources(),
            incident=call.incident.as_xsoar(),
            investigation=call.incident.id,
            calling_context=calling_context(call, await self._origins(), ScriptName=script.name),
            timeout=float(limit or self.settings.timeout),
            lane=call.origin.lane,
        )

    async def _integration_run(
        self, integration: Integration, instance: IntegrationInstance, call: Call, limit: float | None
    ) -> Run:
        memory = await self._memory(instance.id)
        return Run(
            worker=instance.id,
            code=integration.code,
            name=integration.name,
            command=call.name,
            args=call.args,
            params=params_of(integration, instance),
            modules=self.library.catalogue.module_sources(),
            incident=call.incident.as_xsoar(),
            investigation=call.incident.id,
            calling_context=calling_context(
                call, await self._origins(), IntegrationBrand=integration.id, IntegrationInstance=instance.name
            ),
            is_integration=True,
            integration_context=memory.value,
            timeout=float(limit or self.settings.timeout),
            lane=call.origin.lane,
        )

    async def _origins(self) -> list[str]:
        return allowed_origins(self.settings.allowed_origins, await self.journal.instances())

    async def _memory(self, instance: InstanceId) -> IntegrationContext:
        if instance not in self._memories or not self.store.exclusive:
            self._memories[instance] = await self.store.integration_context(instance)
        return self._memories[instance]

    async def _remember(self, instance: IntegrationInstance, ran: Ran) -> None:
        if ran.integration_context is not None:
            await self.save_memory(instance.id, ran.integration_context, None)

    async def save_memory(self, instance: InstanceId, value: JsonObject, version: int | None) -> int:
        """Store an integration's memory, so that its next run begins with it."""
        stored = await written(lambda: self.store.save_integration_context(instance, value, version), self.clock)
        self._memories[instance] = IntegrationContext(value=value, version=stored)
        return stored


def _cut_off(call: Call, desk: Desk, error: WarroomError) -> str:
    """Say of a run that ended early what went wrong; where it acts, that it may have done so."""
    acted = [call.name] if call.resolved.is_action else [intent.command for intent in desk.effects.intents]
    if not acted or not isinstance(error, HostError):
        return str(error)
    what = str(error).removesuffix(".")
    return f"{what}; {acted[0]} may or may not have acted: look in the product before you run it again."


def _secrets(target: Target, call: Call) -> list[str]:
    secrets = list(target.instance.secrets.values()) if isinstance(target, CommandTarget) else []
    secret_args = {item.name for item in target.arguments if item.secret} & set(call.args)
    return secrets + [text for name in secret_args for text in secrets_of(call.args[name])]
