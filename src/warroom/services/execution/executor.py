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
from warroom.services.commands.arguments import check_names, filled, prepare
from warroom.services.commands.binding import targets_of
from warroom.services.commands.library import Library
from warroom.services.commands.targets import (
    BuiltinTarget,
    CommandTarget,
    ScriptTarget,
    Target,
    instance_id,
    instance_name,
)
from warroom.services.execution.action_intents import ActionIntents
from warroom.services.execution.builtin_for_code import run_builtin
from warroom.services.execution.builtins import BUILTINS
from warroom.services.execution.call import Call, Outcome, asked_by_server, binding_of
from warroom.services.execution.calling_context import calling_context
from warroom.services.execution.code_output import output_of, output_of_cut_off, passed_on, tell
from warroom.services.execution.entries import EntryWriter, hand_over_files
from warroom.services.execution.fields import taken_fields
from warroom.services.execution.gate import Gate, Verdict, only
from warroom.services.execution.large import aside
from warroom.services.execution.local_origins import allowed_origins
from warroom.services.execution.outputs import Outputs
from warroom.services.execution.params import params_of, secrets_of_call
from warroom.services.execution.polls import schedules_of
from warroom.services.execution.results import error_entry, error_of, normalise, outcome_of, raws_of
from warroom.services.execution.server import Server
from warroom.services.execution.server_api import ServerApi
from warroom.services.execution.settings import Settings
from warroom.services.execution.value_scripts import ScriptsOfValues
from warroom.services.people.access import Permission, may, require
from warroom.services.ports.blobs import Blobs
from warroom.services.ports.clock import Clock
from warroom.services.ports.outgoing import Outgoing
from warroom.services.ports.runner import Ran, Run, Runner
from warroom.services.ports.store import IntegrationContext, Store
from warroom.services.ports.users import UserStore
from warroom.services.secrecy.masking import Mask
from warroom.services.writing.commit_retry import written
from warroom.services.writing.journal import Journal

NOTHING: Mapping[str, Json] = MappingProxyType({})
DEEPEST_NESTING = 8
OPERANDS = frozenset({"value", "left", "right"})  # of transformers and operators: they may be missing
LIVES = 2  # runs; a worker's death is rarely the code's fault, two in a row are

log = structlog.get_logger(__name__)


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
    outgoing: Outgoing
    settings: Settings
    gate: Gate
    _memories: dict[InstanceId, IntegrationContext] = field(default_factory=dict)

    @property
    def scripts(self) -> ScriptsOfValues:
        """The scripts that values use as transformers and operators."""
        return ScriptsOfValues(self)

    @property
    def _writer(self) -> EntryWriter:
        outputs = Outputs(self.journal, self.scripts)
        return EntryWriter(self.store, self.blobs, self.clock, outputs, self.library)

    async def run(self, call: Call, *, strict: bool = False) -> Outcome:
        """Run a call on all of its targets, in order; the first error is the outcome's, the others still run.

        Raises UnavailableCommandError and InvalidInputError, which are known before anything has run.
        """
        jobs = [job for target in await self.targets(call) for job in self._jobs(target, call, strict=strict)]
        outcome = Outcome()
        for target, args in jobs:
            job = replace(call, args=args)
            if isinstance(target, BuiltinTarget):
                outcome += await self._run_builtin(job, target)
            else:
                outcome += await self._run_code(job, target)
        return outcome

    async def run_for_code(self, call: Call, asker: ServerApi, scratch: Path) -> list[Json]:
        """Run a call that running code makes: its results go back to the code, only server commands have effects."""
        if asker.depth >= DEEPEST_NESTING:
            raise InvalidInputError(f"{call.name} was called {asker.depth + 1} levels deep. Does a script call itself?")
        results: list[Json] = []
        targets = await self.targets(call)
        jobs = [job for target in targets for job in self._jobs(target, call, strict=False)]
        action_intents = ActionIntents(halting=self.gate.halting, journal=self.journal, clock=self.clock)
        if call.resolved.is_action:
            await action_intents.refuse(call, targets, asker.actions)
        approved = await self.gate.let_pass(call, targets) if call.resolved.is_action else None
        for target, args in jobs:
            job = replace(call, args=args, incident=asker.incident)
            if isinstance(target, BuiltinTarget):
                done = await run_builtin(self._server(asker.so_far), target.name, job)
                asker.outcome += replace(done, raw=())
                results += done.raw
            else:
                await action_intents.note(job, targets, asker.actions, approved)
                results += await self._run_nested(job, target, asker, scratch)
        return results

    async def check(self, call: Call) -> Verdict:
        """Say whether an action may pass now, before it runs; raises what `run` raises before anything has run."""
        targets = await self.targets(call)
        for target in targets:
            self._jobs(target, call, strict=False)
        return await self.gate.check(call, targets)

    async def let_pass(self, call: Call) -> Approved | None:
        """Check an action that cannot wait at the gate; raises ConflictError once its request is stored."""
        return await self.gate.let_pass(call, await self.targets(call))

    async def _run_nested(
        self, call: Call, target: ScriptTarget | CommandTarget, asker: ServerApi, scratch: Path
    ) -> list[Json]:
        api = ServerApi(self, call, instance_id(target), asker)
        run = await self._as_run(call, target, nested=True)
        async with self.runner.run(run, api) as ran:
            raws = raws_of(ran)
            hand_over_files(call, raws, ran.scratch, scratch)
            if isinstance(target, CommandTarget):
                await self._remember(target.instance, ran)
        mask = Mask(secrets_of_call(target, call)).also(api.secrets)
        output = await aside(ran.size, output_of, run, ran, mask, api.printed)
        tell(call, instance_name(target), output, has_entries=True)
        asker.printed = passed_on(output, asker.printed)
        asker.outcome += api.outcome
        asker.secrets += [*api.secrets, *secrets_of_call(target, call)]
        return [raw.body for raw in raws]

    async def results_of(self, call: Call, target: ScriptTarget, api: ServerApi, *, anew: bool = False) -> list[Json]:
        """Run a script for its results alone; raises InvalidInputError with its error. `api` is the caller's."""
        others = [item for item in target.arguments if item.name not in OPERANDS]
        call = replace(call, args=filled(call.name, others, call.args))
        run = replace(await self._script_run(target, call, target.script.timeout), anew=anew)
        mask = Mask(secrets_of_call(target, call)).in_every_spelling()
        async with self.runner.run(run, api) as ran:
            output = await aside(ran.size, output_of, run, ran, mask, api.printed)
            tell(call, "", output)
            if error := error_of(replace(ran, error=output.error)):
                raise InvalidInputError(mask.text(error))
            return list(ran.results)

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
        """Run a command for the server itself; the caller keeps the integration's memory, or calls `forget_memory`.

        Its error, traceback and log are masked, and were written to the log.
        """
        integration = self.library.catalogue.integration(instance.integration)
        run = await self._integration_run(integration, instance, call, integration.timeout)
        run = replace(run, last_run=last_run, last_mirror_run=last_mirror_run)
        api = ServerApi(self, asked_by_server(call), instance.id)
        async with self.runner.run(run, api) as ran:
            mask = Mask([*instance.secrets.values(), *api.secrets])
            output = await aside(ran.size, output_of, run, ran, mask, api.printed)
            tell(call, instance.name, output)
            yield replace(ran, error=output.error, traceback=output.trace, log=output.log.splitlines())

    def forget_memory(self, instance: InstanceId) -> None:
        """Read an integration's memory from the store the next time: it was committed elsewhere."""
        self._memories.pop(instance, None)

    async def targets(self, call: Call) -> list[Target]:
        """Return the targets of a call; raises what `run` raises before anything has run."""
        self._refuse_without_rights(call)
        instances = await self.journal.instances() if call.resolved.offers or call.controls.using else []
        targets = targets_of(call.resolved, instances, binding_of(call))
        return targets if call.only is None else only(targets, call)

    def _refuse_without_rights(self, call: Call) -> None:
        """Require the person's role for everything that runs for them, also a command's scripts and polls."""
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
        """Refuse undeclared arguments; a command that changes nothing gets them, and the log says so."""
        if call.is_carried:
            return
        also = taken_fields(target, self.library.catalogue)
        is_strict = strict or call.resolved.changes
        if names := check_names(call.name, target.arguments, call.args, also, strict=is_strict):
            log.warning("undeclared arguments were passed on", command=call.name, arguments=names)

    async def _run_code(self, call: Call, target: ScriptTarget | CommandTarget, lives: int = LIVES) -> Outcome:
        ending = Outcome()
        instance = instance_name(target)
        api = ServerApi(self, call, instance_id(target))
        mask = Mask(secrets_of_call(target, call))
        try:
            run = replace(await self._as_run(call, target), anew=lives < LIVES)
            async with self.runner.run(run, api) as ran:
                mask = mask.also(api.secrets)
                output = await aside(ran.size, output_of, run, ran, mask, api.printed)
                raws = raws_of(replace(ran, error=output.error))
                entries, patches = await self._writer.write(
                    call, raws, scratch=ran.scratch, instance=instance, mask=mask, output=output
                )
                if isinstance(target, CommandTarget):
                    await self._remember(target.instance, ran)
        except WarroomError as error:  # earlier runs of this call have happened, and must be reported
            ending = Outcome(deaths=int(isinstance(error, WorkerDiedError)), interrupted=isinstance(error, HostError))
            if ending.deaths and lives > 1 and self._acts_once(call, api):
                log.warning("worker died, its run is done again", command=call.name, error=str(error))
                return Outcome(deaths=1) + await self._run_code(call, target, lives - 1)
            raws = [error_entry(_cut_off(call, api, error))]
            output = output_of_cut_off(call, error, mask.also(api.secrets), api.printed)
            entries, patches = await self._writer.write(
                call, raws, scratch=None, instance=instance, mask=mask, output=output
            )
        tell(call, instance, output, has_entries=bool(entries))
        schedules = schedules_of(call, raws, entries, target)
        done = api.outcome + api.actions.outcome + outcome_of(raws, entries, patches)
        return ending + replace(done, schedules=schedules)

    def _acts_once(self, call: Call, api: ServerApi) -> bool:
        """Whether a run that was cut off may be done again: it acts on nothing, or once for each key (design D4)."""
        if any(not intent.idempotency_key for intent in api.actions.intents):
            return False
        return not call.resolved.acts_blindly

    async def _run_builtin(self, call: Call, target: BuiltinTarget) -> Outcome:
        done = Outcome()
        try:
            done = await BUILTINS[target.name](self._server(), call)
            raws = normalise(done.raw)
        except WarroomError as error:
            raws = [error_entry(str(error))]
        entries, patches = await self._writer.write(call, raws, scratch=None, instance="", mask=Mask())
        return replace(done, raw=()) + outcome_of(raws, entries, patches)

    def _server(self, earlier: Sequence[ContextPatch] = ()) -> Server:
        return Server(
            store=self.store,
            users=self.users,
            journal=self.journal,
            library=self.library,
            clock=self.clock,
            scripts=self.scripts,
            earlier=earlier,
            run=self.run,
        )

    async def _as_run(self, call: Call, target: ScriptTarget | CommandTarget, *, nested: bool = False) -> Run:
        if isinstance(target, CommandTarget):
            limit = call.controls.timeout or target.command.timeout or target.integration.timeout
            run = await self._integration_run(target.integration, target.instance, call, limit)
        else:
            limit = call.controls.timeout or target.script.timeout
            run = await self._script_run(target, call, limit)
        if nested:  # a script cannot wait for a later poll, so what it calls has to end now
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
            modules=self.library.catalogue.module_sources(script.code.language),
            incident=call.incident.as_xsoar(),
            investigation=call.incident.id,
            calling_context=calling_context(call, await self.origins(), ScriptName=script.name),
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
            modules=self.library.catalogue.module_sources(integration.code.language),
            incident=call.incident.as_xsoar(),
            investigation=call.incident.id,
            calling_context=calling_context(
                call, await self.origins(), IntegrationBrand=integration.id, IntegrationInstance=instance.name
            ),
            is_integration=True,
            integration_context=memory.value,
            timeout=float(limit or self.settings.timeout),
            lane=call.origin.lane,
        )

    async def origins(self) -> list[str]:
        """Return the origins on this machine that code may ask."""
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


def _cut_off(call: Call, api: ServerApi, error: WarroomError) -> str:
    """Return why a run ended early; for an action, also that it may have happened."""
    acted = [call.name] if call.resolved.is_action else [intent.command for intent in api.actions.intents]
    if not acted or not isinstance(error, HostError):
        return str(error)
    what = str(error).removesuffix(".")
    return f"{what}; {acted[0]} may or may not have acted: look in the product before you run it again."
