"""Use cases on public fakes that take more than a line to make."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

from tests.services.world import World
from warroom.model.ids import IndicatorId
from warroom.model.indicator import Verdict
from warroom.model.user import Actor, Role
from warroom.services.audit.audit import Audit
from warroom.services.evidence.evidence import Evidence
from warroom.services.evidence.exporting import Exporting
from warroom.services.incidents.war_room import WarRoom
from warroom.services.indicators.indicators import Indicators, IndicatorSearch
from warroom.services.indicators.sighting import Sighting
from warroom.services.instances.instances import Instances
from warroom.services.packs.installing import Installing
from warroom.services.people.kept_tries import KeptTries
from warroom.services.people.passwords import Passwords
from warroom.services.people.users import Users
from warroom.services.ports.job_queue import JobQueue
from warroom.services.secrecy.redaction import Redaction
from warroom.testing.samples import an_actor
from warroom.testing.signing import MemorySigner

PASSWORD = "correct horse battery"


def war_room_of(world: World) -> WarRoom:
    return WarRoom(
        store=world.store,
        journal=world.journal,
        library=world.library,
        plans=world.plans,
        halting=world.halting,
        clock=world.clock,
    )


def instances_of(world: World, jobs: JobQueue) -> Instances:
    journal, library, executor = world.journal, world.library, world.executor
    return Instances(journal=journal, library=library, executor=executor, jobs=jobs, clock=world.clock)


def installing_of(world: World, instances: Instances, home: Path) -> Installing:
    library, journal = world.library, world.journal
    return Installing(home=home, library=library, journal=journal, begin=instances.begin_new, clock=world.clock)


def evidence_of(world: World) -> Evidence:
    redaction, users = Redaction(world.journal), world.store.users
    return Evidence(store=world.store, users=users, blobs=world.blobs, redaction=redaction, clock=world.clock)


def exporting_of(evidence: Evidence) -> Exporting:
    audit = Audit(store=evidence.store)
    return Exporting(store=evidence.store, evidence=evidence, audit=audit, signer=MemorySigner(), clock=evidence.clock)


async def users_of(world: World) -> Users:
    """Make the use cases of accounts, with bob, and with cheap hashes."""
    store = world.store
    passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    users = Users(store=store.users, clock=world.clock, passwords=passwords, tries=KeptTries(store.tries))
    await users.create("bob", PASSWORD, Role.READER, an_actor())
    return users


NO_INDICATOR = IndicatorId("none")
ON_INDICATORS: dict[str, tuple[Role, Callable[[Indicators, Actor], Awaitable[Any]]]] = {
    "Indicators.search": (Role.READER, lambda indicators, actor: indicators.search(IndicatorSearch(), actor)),
    "Indicators.show": (Role.READER, lambda indicators, actor: indicators.show(NO_INDICATOR, actor)),
    "Indicators.of_value": (Role.READER, lambda indicators, actor: indicators.of_value("a", actor)),
    "Indicators.create": (
        Role.ANALYST,
        lambda indicators, actor: indicators.create(Sighting(type="IP", value="192.0.2.1"), actor),
    ),
    "Indicators.edit": (
        Role.ANALYST,
        lambda indicators, actor: indicators.edit([NO_INDICATOR], lambda one: one, actor),
    ),
    "Indicators.set_verdict": (
        Role.ANALYST,
        lambda indicators, actor: indicators.set_verdict([NO_INDICATOR], Verdict.BAD, actor),
    ),
    "Indicators.expire": (Role.ANALYST, lambda indicators, actor: indicators.expire([NO_INDICATOR], actor)),
    "Indicators.unexpire": (Role.ANALYST, lambda indicators, actor: indicators.unexpire([NO_INDICATOR], actor)),
    "Indicators.remove": (Role.ANALYST, lambda indicators, actor: indicators.remove([], actor)),
    "Indicators.exclude": (Role.ANALYST, lambda indicators, actor: indicators.exclude([], "", actor)),
}
