"""Integration instances: add, list, test, remove."""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from warroom.content.catalogue import Catalogue
from warroom.content.integration import Integration, Param, ParamKind
from warroom.model.errors import ConflictError, InvalidInputError, NotFoundError
from warroom.model.ids import InstanceId
from warroom.model.incident import Incident
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json
from warroom.model.lane import Lane
from warroom.model.user import Actor
from warroom.services.commands.library import Library
from warroom.services.commands.targets import Resolved
from warroom.services.execution.call import Call, Origin
from warroom.services.execution.executor import Executor
from warroom.services.execution.local_origins import local_origins, origin_of
from warroom.services.execution.results import normalise
from warroom.services.instances.recurring import recurring
from warroom.services.people.access import Permission, require
from warroom.services.ports.clock import Clock
from warroom.services.ports.job_queue import JobQueue
from warroom.services.secrecy.masking import MASK, Mask
from warroom.services.writing.journal import Journal

FETCH_PARAM = "isFetch"
NOTHING: Mapping[str, str] = MappingProxyType({})
OK = "ok"


@dataclass(frozen=True, slots=True)
class Trial:
    """What an instance's own test says: "ok", or what is wrong, where the code failed and what it printed."""

    answer: str
    trace: str = ""
    log: str = ""

    @property
    def is_ok(self) -> bool:
        return self.answer == OK


@dataclass(frozen=True, slots=True, kw_only=True)
class Instances:
    """What can be done with instances."""

    journal: Journal
    library: Library
    executor: Executor
    jobs: JobQueue
    clock: Clock
    # Held from reading to saving: names stay unique, and of two changes none is lost.
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def add(
        self,
        name: str,
        integration_id: str,
        params: Mapping[str, str],
        secret_params: Mapping[str, str],
        actor: Actor,
        *,
        allow_local: bool = False,
    ) -> IntegrationInstance:
        """Add an instance; settings are checked against what the integration declares. It fetches from now on.

        With `allow_local`, content may read from the addresses of this machine among its settings.
        """
        require(actor, Permission.MANAGE_INSTANCES)
        integration = self.library.catalogue.integration(integration_id)
        checked = self._checked_settings(integration, params, secret_params)
        _refuse_missing(integration, checked, secret_params)
        instance = IntegrationInstance(
            id=InstanceId(secrets.token_hex(6)),
            name=name,
            integration=integration.id,
            params=checked,
            secrets=dict(secret_params),
            fetch=_wants_fetch(integration, checked),
            incident_type=str(checked.get("incidentType", "") or _default(integration, "incidentType")),
            classifier=integration.classifier,
            mapper=integration.mapper_in,
            mapper_out=integration.mapper_out,
            local_origins=await self._origins(checked, {}, allow_local),
        )
        async with self._one_at_a_time:
            if any(each.name == name for each in await self.journal.instances()):
                raise ConflictError(f"There is an instance {name!r} already. Remove it first, or choose another name.")
            await self.journal.save_instance(instance, actor.name, self.clock.now())
        await self._start(instance)
        return _without_secrets(instance)

    async def list(self, actor: Actor) -> Sequence[IntegrationInstance]:
        """List the instances by name; of their secrets only the names."""
        require(actor, Permission.SEE)
        return [_without_secrets(instance) for instance in await self.journal.instances()]

    async def find(self, name: str, actor: Actor) -> IntegrationInstance:
        """Return an instance by its name; of its secrets only the names."""
        require(actor, Permission.SEE)
        return _without_secrets(await self._named(name))

    async def _named(self, name: str) -> IntegrationInstance:
        found = [instance for instance in await self.journal.instances() if instance.name == name]
        if not found:
            raise NotFoundError(f"There is no instance {name!r}. `warroom instance list` shows what there is.")
        return found[0]

    async def change(
        self,
        name: str,
        actor: Actor,
        *,
        params: Mapping[str, str] = NOTHING,
        secret_params: Mapping[str, str] = NOTHING,
        enabled: bool | None = None,
        allow_local: bool | None = None,
    ) -> IntegrationInstance:
        """Change settings, or switch it on or off; settings that are not named stay.

        `allow_local` says whether content may read from the addresses of this machine among its settings.
        """
        require(actor, Permission.MANAGE_INSTANCES)
        async with self._one_at_a_time:
            before = await self._named(name)
            integration = self.library.catalogue.integration(before.integration)
            checked = self._checked_settings(integration, params, secret_params)
            now = {**before.params, **checked}
            after = replace(
                before,
                params=now,
                secrets={**before.secrets, **secret_params},
                enabled=before.enabled if enabled is None else enabled,
                fetch=_wants_fetch(integration, now) if FETCH_PARAM in checked else before.fetch,
                incident_type=str(checked.get("incidentType", before.incident_type)),
                local_origins=await self._origins(now, before.local_origins, allow_local),
            )
            await self.journal.save_instance(after, actor.name, self.clock.now())
        await self._start(after, before)
        return _without_secrets(after)

    async def local_origins(self, params: Mapping[str, Json]) -> Sequence[str]:
        """Return the addresses of this machine among settings that an admin has to decide about.

        What the server's own settings allow is decided.
        """
        decided = {origin_of(origin) for origin in self.executor.settings.allowed_origins}
        return [origin for origin in await local_origins(params) if origin not in decided]

    async def _origins(
        self, params: Mapping[str, Json], before: Mapping[str, bool], allow: bool | None
    ) -> dict[str, bool]:
        """Return the addresses of this machine with what was decided; a new one waits for a yes."""
        among = {origin_of(value) for value in params.values()}
        known = [origin for origin in before if origin in among]
        origins = dict.fromkeys([*known, *await self.local_origins(params)])
        return {origin: before.get(origin, False) if allow is None else allow for origin in origins}

    async def _start(self, now: IntegrationInstance, before: IntegrationInstance | None = None) -> None:
        """Queue what is not under way already."""
        going_on = recurring(before, self.library.catalogue) if before else ()
        for job in recurring(now, self.library.catalogue):
            if job not in going_on:
                await self.jobs.enqueue(job)

    async def begin_new(self, before: Catalogue) -> None:
        """Queue the recurring work that instances have with the packs of now and did not have with those before."""
        for instance in await self.journal.instances():
            known = recurring(instance, before)
            for job in recurring(instance, self.library.catalogue):
                if job not in known:
                    await self.jobs.enqueue(job)

    def _checked_settings(
        self, integration: Integration, params: Mapping[str, str], secret_params: Mapping[str, str]
    ) -> dict[str, Json]:
        declared = {param.name: param for param in integration.params}
        for key in secret_params:
            if not _declared(integration, declared, key).is_secret:
                raise InvalidInputError(f"{key!r} of {integration.id} is no secret. Give it with --param.")
        return {key: _checked(integration, declared, key, value) for key, value in params.items()}

    async def test(self, name: str, playground: Incident, actor: Actor) -> Trial:
        """Run the integration's test-module."""
        require(actor, Permission.MANAGE_INSTANCES)
        instance = await self._named(name)
        origin = Origin(actor=actor.name, lane=Lane.PEOPLE)
        call = Call(incident=playground, resolved=Resolved(name="test-module"), origin=origin)
        ran = await self.executor.test(instance, playground, call)
        mask = Mask(instance.secrets.values())
        said = [raw.readable or str(raw.contents) for raw in normalise(ran.results)]
        answer = mask.text(ran.error or " ".join(said)) or OK
        return Trial(answer) if answer == OK else Trial(answer, trace=ran.traceback, log="\n".join(ran.log))

    async def remove(self, name: str, actor: Actor) -> None:
        require(actor, Permission.MANAGE_INSTANCES)
        async with self._one_at_a_time:
            await self.journal.remove_instance((await self._named(name)).id, actor.name, self.clock.now())


def _wants_fetch(integration: Integration, settings: Mapping[str, Json]) -> bool:
    return integration.can_fetch and str(settings.get(FETCH_PARAM, "false")).lower() == "true"


def _without_secrets(instance: IntegrationInstance) -> IntegrationInstance:
    return replace(instance, secrets=dict.fromkeys(instance.secrets, MASK))


def _declared(integration: Integration, declared: Mapping[str, Param], key: str) -> Param:
    if key not in declared:
        known = ", ".join(sorted(declared)) or "none"
        raise InvalidInputError(f"{integration.id} has no setting {key!r}. It takes: {known}.")
    return declared[key]


def _checked(integration: Integration, declared: Mapping[str, Param], key: str, value: str) -> Json:
    param = _declared(integration, declared, key)
    if param.is_secret and (param.kind != ParamKind.CREDENTIALS or param.hidden_username):
        raise InvalidInputError(f"{key!r} of {integration.id} is a secret. Give it with --secret {key}=@FILE.")
    if param.kind == ParamKind.BOOLEAN and value.lower() not in {"true", "false"}:
        raise InvalidInputError(f"{key!r} of {integration.id} is true or false, not {value!r}.")
    if param.options and param.kind == ParamKind.ONE_OF and value not in param.options:
        raise InvalidInputError(f"{key!r} of {integration.id} is one of {', '.join(param.options)}, not {value!r}.")
    return value


def _refuse_missing(integration: Integration, plain: Mapping[str, Json], secret: Mapping[str, str]) -> None:
    missing = [
        param.name
        for param in integration.params
        if param.required
        and param.default_value in (None, "")
        and not (secret if param.is_secret else plain).get(param.name)
    ]
    if missing:
        option = "--secret" if any(p.name == missing[0] and p.is_secret for p in integration.params) else "--param"
        value = f"{missing[0]}=@FILE" if option == "--secret" else f"{missing[0]}=VALUE"
        raise InvalidInputError(f"{integration.id} needs the setting {missing[0]!r}. Add {option} {value}.")


def _default(integration: Integration, name: str) -> str:
    return next((str(param.default_value or "") for param in integration.params if param.name == name), "")
