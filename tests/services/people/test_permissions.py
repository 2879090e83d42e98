"""Every use case with every role: who is refused, and that nobody else is."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias, get_type_hints

import pytest

from tests.content.written import SCRIPT
from tests.services.notifying.sent_messages import SentMessages, notifying
from tests.services.people.use_case_parts import (
    ON_INDICATORS,
    PASSWORD,
    evidence_of,
    exporting_of,
    installing_of,
    instances_of,
    users_of,
    war_room_of,
)
from tests.services.people.without_role import ASKS_NO_ROLE, NOT_OFFERED
from tests.services.sources import fetching_of, incidents_of, mirroring_of, pages_of, pausing_of, runtime_of
from tests.services.world import World, command, lab, playbook
from warroom.content.playbook import Playbook
from warroom.model.errors import ConflictError, ForbiddenError, NotFoundError, WarroomError
from warroom.model.ids import EntryId, IncidentId, InstanceId, PlanId, TaskKey
from warroom.model.user import Actor, Role
from warroom.services.app import App
from warroom.services.approvals.pausing import Pausing
from warroom.services.audit.audit import Audit
from warroom.services.audit.standing import Standings
from warroom.services.evidence.evidence import Evidence
from warroom.services.evidence.exporting import Exporting, Wanted
from warroom.services.evidence.proving import Proving
from warroom.services.incidents.incidents import Incidents
from warroom.services.incidents.uploading import Uploading, pieces_of
from warroom.services.incidents.war_room import WarRoom
from warroom.services.indicators.indicators import Indicators
from warroom.services.instances.instances import Instances
from warroom.services.intake.resetting import Resetting
from warroom.services.intake.rule_list import RuleList
from warroom.services.intake.set_asides import SetAsides
from warroom.services.notifying.notifying import Notifying
from warroom.services.notifying.trying import Trying
from warroom.services.packs.installing import Installing
from warroom.services.people.users import Users
from warroom.services.plans.cancelling import Cancelling, PlanSelection
from warroom.services.plans.plans import Plans
from warroom.services.ports.halts import HaltQuery
from warroom.services.ports.store import ActionQuery, EntryQuery, IncidentQuery
from warroom.services.runtime import Runtime
from warroom.services.sealing.sealing import Sealing
from warroom.testing.clock import START
from warroom.testing.job_queue import MemoryJobQueue
from warroom.testing.locks import MemoryLocks
from warroom.testing.signing import MemorySigner

A_SCRIPT = SCRIPT.format(name="Hello").encode()
INCIDENT, PLAN, ENTRY = IncidentId("1"), PlanId("none"), EntryId("9@1")
BOOK: Playbook = playbook("'1': {id: '1', taskid: a, type: title, task: {id: a, name: Done}}\n")


@dataclass(frozen=True, slots=True)
class UseCases:
    """The use cases on public fakes."""

    world: World
    war_room: WarRoom
    plans: Plans
    incidents: Incidents
    instances: Instances
    installing: Installing
    evidence: Evidence
    exporting: Exporting
    proving: Proving
    uploading: Uploading
    audit: Audit
    set_asides: SetAsides
    resetting: Resetting
    rules: RuleList
    indicators: Indicators
    sealing: Sealing
    runtime: Runtime
    users: Users
    pausing: Pausing
    notifying: Notifying
    trying: Trying
    standings: Standings
    cancelling: Cancelling


Call: TypeAlias = Callable[[UseCases, Actor], Awaitable[Any]]

REFUSED_BELOW: dict[str, tuple[Role, Call]] = {
    "WarRoom.run": (
        Role.ANALYST,
        lambda use_cases, actor: use_cases.war_room.run("!read", use_cases.world.incident, actor),
    ),
    "WarRoom.run an action": (
        Role.RESPONDER,
        lambda use_cases, actor: use_cases.war_room.run("!act", use_cases.world.incident, actor),
    ),
    "WarRoom.say": (Role.ANALYST, lambda use_cases, actor: use_cases.war_room.say("hello", INCIDENT, actor)),
    "WarRoom.entries": (Role.READER, lambda use_cases, actor: use_cases.war_room.entries(INCIDENT, actor)),
    "WarRoom.find": (
        Role.READER,
        lambda use_cases, actor: use_cases.war_room.find(EntryQuery(incident=INCIDENT), actor),
    ),
    "WarRoom.entry": (Role.READER, lambda use_cases, actor: use_cases.war_room.entry(ENTRY, actor)),
    "WarRoom.playground": (Role.ANALYST, lambda use_cases, actor: use_cases.war_room.playground(actor)),
    "Plans.start": (
        Role.RESPONDER,
        lambda use_cases, actor: use_cases.plans.start(use_cases.world.incident, BOOK, {}, actor),
    ),
    "Plans.of_incident": (Role.READER, lambda use_cases, actor: use_cases.plans.of_incident(INCIDENT, actor)),
    "Plans.show": (Role.READER, lambda use_cases, actor: use_cases.plans.show(PLAN, actor)),
    "Plans.waiting_for_people": (Role.READER, lambda use_cases, actor: use_cases.plans.waiting_for_people(actor)),
    "Plans.answer": (
        Role.RESPONDER,
        lambda use_cases, actor: use_cases.plans.answer(PLAN, TaskKey("1"), "yes", "", actor),
    ),
    "Incidents.get": (Role.READER, lambda use_cases, actor: use_cases.incidents.get(INCIDENT, actor)),
    "Incidents.find": (Role.READER, lambda use_cases, actor: use_cases.incidents.find(IncidentQuery(), actor)),
    "Incidents.count": (Role.READER, lambda use_cases, actor: use_cases.incidents.count(IncidentQuery(), actor)),
    "Incidents.groups": (Role.READER, lambda use_cases, actor: use_cases.incidents.groups(IncidentQuery(), actor)),
    "Incidents.context_for": (Role.READER, lambda use_cases, actor: use_cases.incidents.context_for(actor, INCIDENT)),
    "Incidents.create": (Role.ANALYST, lambda use_cases, actor: use_cases.incidents.create("New", actor)),
    "Incidents.assign": (Role.ANALYST, lambda use_cases, actor: use_cases.incidents.assign(INCIDENT, "", actor)),
    "Incidents.update_fields": (
        Role.ANALYST,
        lambda use_cases, actor: use_cases.incidents.update_fields(INCIDENT, {"name": "Other"}, actor),
    ),
    "Incidents.close": (Role.ANALYST, lambda use_cases, actor: use_cases.incidents.close(INCIDENT, "", "", actor)),
    "Incidents.reopen": (Role.ANALYST, lambda use_cases, actor: use_cases.incidents.reopen(INCIDENT, actor)),
    "Instances.list": (Role.READER, lambda use_cases, actor: use_cases.instances.list(actor)),
    "Instances.find": (Role.READER, lambda use_cases, actor: use_cases.instances.find("lab-1", actor)),
    "Instances.add": (Role.ADMIN, lambda use_cases, actor: use_cases.instances.add("new", "Lab", {}, {}, actor)),
    "Instances.change": (Role.ADMIN, lambda use_cases, actor: use_cases.instances.change("lab-1", actor, enabled=True)),
    "Instances.test": (
        Role.ADMIN,
        lambda use_cases, actor: use_cases.instances.test("none", use_cases.world.incident, actor),
    ),
    "Instances.remove": (Role.ADMIN, lambda use_cases, actor: use_cases.instances.remove("lab-1", actor)),
    "Installing.install": (Role.ADMIN, lambda use_cases, actor: use_cases.installing.install(Path("nowhere"), actor)),
    "Installing.upload": (Role.ADMIN, lambda use_cases, actor: use_cases.installing.upload("a.yml", A_SCRIPT, actor)),
    "Installing.remove": (Role.ADMIN, lambda use_cases, actor: use_cases.installing.remove("none", actor)),
    "Installing.restore": (Role.ADMIN, lambda use_cases, actor: use_cases.installing.restore("none", actor)),
    "Installing.previous": (Role.READER, lambda use_cases, actor: use_cases.installing.previous(actor)),
    "Evidence.list": (Role.READER, lambda use_cases, actor: use_cases.evidence.list(actor)),
    "Evidence.damaged": (Role.READER, lambda use_cases, actor: use_cases.evidence.damaged(actor)),
    "Evidence.custody": (Role.READER, lambda use_cases, actor: use_cases.evidence.custody(IncidentId("1"), actor)),
    "Evidence.restriction": (
        Role.READER,
        lambda use_cases, actor: use_cases.evidence.restriction(IncidentId("1"), actor),
    ),
    "Evidence.restrict": (
        Role.ADMIN,
        lambda use_cases, actor: use_cases.evidence.restrict(IncidentId("1"), [], "why", actor, to_all=True),
    ),
    "Evidence.delete": (Role.ADMIN, lambda use_cases, actor: use_cases.evidence.delete(ENTRY, "why", actor)),
    "Evidence.verify": (Role.READER, lambda use_cases, actor: use_cases.evidence.verify(ENTRY, actor)),
    "Evidence.open": (Role.RESPONDER, lambda use_cases, actor: use_cases.evidence.open(ENTRY, actor)),
    "Proving.item": (Role.READER, lambda use_cases, actor: use_cases.proving.item(ENTRY, actor)),
    "Exporting.to_path": (
        Role.RESPONDER,
        lambda use_cases, actor: use_cases.exporting.to_path(Wanted(incident=INCIDENT), Path("nowhere"), actor),
    ),
    "Exporting.under_way": (Role.READER, lambda use_cases, actor: use_cases.exporting.under_way(actor)),
    "Exporting.to_file": (
        Role.RESPONDER,
        lambda use_cases, actor: use_cases.exporting.to_file(Wanted(incident=INCIDENT), BytesIO(), actor),
    ),
    "Uploading.add": (
        Role.ANALYST,
        lambda use_cases, actor: use_cases.uploading.add(IncidentId("99"), "a", pieces_of(Path("nowhere")), actor),
    ),
    "Evidence.export": (
        Role.RESPONDER,
        lambda use_cases, actor: use_cases.evidence.export(ENTRY, Path("nowhere"), actor),
    ),
    "Audit.list": (Role.READER, lambda use_cases, actor: use_cases.audit.list(ActionQuery(), actor)),
    "Audit.events": (Role.READER, lambda use_cases, actor: use_cases.audit.events(0, actor)),
    "Audit.last": (Role.READER, lambda use_cases, actor: use_cases.audit.last(actor)),
    "SetAsides.list": (Role.READER, lambda use_cases, actor: use_cases.set_asides.list(actor)),
    "SetAsides.dropped": (Role.READER, lambda use_cases, actor: use_cases.set_asides.dropped(actor)),
    "SetAsides.dropped_counts": (Role.READER, lambda use_cases, actor: use_cases.set_asides.dropped_counts(actor)),
    "SetAsides.show": (Role.READER, lambda use_cases, actor: use_cases.set_asides.show("none", actor)),
    "SetAsides.replay": (Role.ADMIN, lambda use_cases, actor: use_cases.set_asides.replay("none", actor)),
    "SetAsides.drop": (Role.ADMIN, lambda use_cases, actor: use_cases.set_asides.drop("none", actor)),
    "Resetting.reset": (Role.ADMIN, lambda use_cases, actor: use_cases.resetting.reset("none", "why", actor)),
    "Runtime.fetch_now": (Role.ADMIN, lambda use_cases, actor: use_cases.runtime.fetch_now(InstanceId("i1"), actor)),
    "Runtime.mirror_now": (Role.ADMIN, lambda use_cases, actor: use_cases.runtime.mirror_now(InstanceId("i1"), actor)),
    "RuleList.list": (Role.READER, lambda use_cases, actor: use_cases.rules.list(actor)),
    "Pausing.halts": (Role.READER, lambda use_cases, actor: use_cases.pausing.halts(actor)),
    "Pausing.past": (Role.READER, lambda use_cases, actor: use_cases.pausing.past(HaltQuery(), actor)),
    "Pausing.pause": (Role.ADMIN, lambda use_cases, actor: use_cases.pausing.pause("", "why", actor)),
    "Pausing.resume": (Role.ADMIN, lambda use_cases, actor: use_cases.pausing.resume("", "", actor)),
    "Standings.long": (Role.READER, lambda use_cases, actor: use_cases.standings.long(actor)),
    "Notifying.troubles": (Role.READER, lambda use_cases, actor: use_cases.notifying.troubles(actor)),
    "Trying.address": (
        Role.ADMIN,
        lambda use_cases, actor: use_cases.trying.address("https://a.example", "json", actor),
    ),
    "Trying.rules": (Role.ADMIN, lambda use_cases, actor: use_cases.trying.rules(actor)),
    "Notifying.unheard": (Role.READER, lambda use_cases, actor: use_cases.notifying.unheard(actor)),
    "Cancelling.cancel": (
        Role.RESPONDER,
        lambda use_cases, actor: use_cases.cancelling.cancel(PlanSelection(everything=True), "", actor),
    ),
    **{
        name: (role, lambda use_cases, actor, call=call: call(use_cases.indicators, actor))  # type: ignore[misc]  # a default binds it
        for name, (role, call) in ON_INDICATORS.items()
    },
    "Sealing.verify": (Role.ADMIN, lambda use_cases, actor: use_cases.sealing.verify(actor)),
    "Sealing.trim": (
        Role.ADMIN,
        lambda use_cases, actor: use_cases.sealing.trim(START - timedelta(days=1), "why", actor),
    ),
    "Users.people": (Role.READER, lambda use_cases, actor: use_cases.users.people(actor)),
    "Users.one": (Role.ADMIN, lambda use_cases, actor: use_cases.users.one("bob", actor)),
    "Users.everyone": (Role.ADMIN, lambda use_cases, actor: use_cases.users.everyone(actor)),
    "Users.made_to_wait": (Role.ADMIN, lambda use_cases, actor: use_cases.users.made_to_wait(actor)),
    "Users.create": (Role.ADMIN, lambda use_cases, actor: use_cases.users.create("new", PASSWORD, Role.READER, actor)),
    "Users.change_role": (Role.ADMIN, lambda use_cases, actor: use_cases.users.change_role("bob", Role.ADMIN, actor)),
    "Users.rename": (Role.ADMIN, lambda use_cases, actor: use_cases.users.rename("bob", "Bob", actor)),
    "Users.set_mail": (Role.ADMIN, lambda use_cases, actor: use_cases.users.set_mail("bob", "bob@example.com", actor)),
    "Users.disable": (Role.ADMIN, lambda use_cases, actor: use_cases.users.disable("bob", actor)),
    "Users.enable": (Role.ADMIN, lambda use_cases, actor: use_cases.users.enable("bob", actor)),
    "Users.reset_password": (
        Role.ADMIN,
        lambda use_cases, actor: use_cases.users.reset_password("bob", PASSWORD, actor),
    ),
    "Users.sessions": (Role.ADMIN, lambda use_cases, actor: use_cases.users.sessions("bob", actor)),
    "Users.end_session": (Role.ADMIN, lambda use_cases, actor: use_cases.users.end_session("bob", "none", actor)),
    "Users.create_key": (Role.ADMIN, lambda use_cases, actor: use_cases.users.create_key("ci", Role.READER, actor)),
    "Users.keys": (Role.ADMIN, lambda use_cases, actor: use_cases.users.keys(actor)),
    "Users.revoke_key": (Role.ADMIN, lambda use_cases, actor: use_cases.users.revoke_key("none", actor)),
}
NOWHERE = Path("nowhere")
SERVICES = (
    WarRoom,
    Plans,
    Incidents,
    Instances,
    Installing,
    Evidence,
    Exporting,
    Proving,
    Uploading,
    Audit,
    SetAsides,
    Resetting,
    Sealing,
    Runtime,
    Users,
    Pausing,
    RuleList,
    Indicators,
    Notifying,
    Trying,
    Standings,
    Cancelling,
)


@pytest.fixture
async def use_cases(tmp_path: Path) -> UseCases:
    world = World(lab(command("read"), command("act", execution=True)), {})
    await world.begin()
    store, journal, clock, jobs = world.store, world.journal, world.clock, MemoryJobQueue(world.clock)
    incidents, pausing, instances = incidents_of(world), pausing_of(world, jobs), instances_of(world, jobs)
    pages = pages_of(world, incidents)
    return UseCases(
        world=world,
        war_room=war_room_of(world),
        plans=world.plans,
        incidents=incidents,
        instances=instances,
        installing=installing_of(world, instances, tmp_path),
        evidence=(evidence := evidence_of(world)),
        uploading=Uploading(store=store, journal=journal, blobs=world.blobs, clock=clock, scratch=NOWHERE),
        exporting=exporting_of(evidence),
        proving=Proving(evidence=evidence, seals=store.seals, signer=MemorySigner()),
        audit=Audit(store=store),
        set_asides=SetAsides(pages),
        resetting=Resetting(fetching=fetching_of(pages, world), instances=instances),
        rules=RuleList(pages),
        indicators=Indicators(world.store, world.clock, world.library),
        sealing=Sealing(seals=store.seals, locks=MemoryLocks(), signer=MemorySigner(), clock=clock),
        runtime=runtime_of(world, fetching_of(pages, world), mirroring_of(world, MemoryLocks()), pausing),
        pausing=pausing,
        notifying=notifying(world, SentMessages(), []),
        trying=Trying(notifying(world, SentMessages(), [])),
        standings=Standings(store=store, journal=journal, library=world.library, clock=clock),
        cancelling=Cancelling(store=store, journal=journal, halts=store.halts, clock=clock),
        users=await users_of(world),
    )


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("use_case", REFUSED_BELOW)
async def test_a_use_case_is_refused_below_its_role_and_only_there(
    use_cases: UseCases, use_case: str, role: Role
) -> None:
    minimum, call = REFUSED_BELOW[use_case]
    before = await use_cases.world.store.last_event()
    try:
        await call(use_cases, Actor(name="ana", role=role))
        refusal = None
    except WarroomError as error:
        refusal = error
    if role < minimum:
        assert isinstance(refusal, ForbiddenError), f"{use_case} lets {role.label} through"
        assert "that takes the role" in str(refusal)
        assert await use_cases.world.store.last_event() == before
    else:
        assert refusal is None or isinstance(refusal, NotFoundError | ConflictError), refusal


def test_every_use_case_has_its_line() -> None:
    known = {name.partition(" ")[0] for name in REFUSED_BELOW} | set(ASKS_NO_ROLE)
    offered = {
        f"{owner.__name__}.{name}"
        for service in SERVICES
        for owner in service.__mro__
        for name, member in vars(owner).items()
        if owner is not object and inspect.isfunction(member) and not name.startswith("_")
    }
    assert offered - known == set(), "Say in REFUSED_BELOW which role it takes."
    assert known - offered == set(), "There is no such use case any more."


def test_whoever_asks_for_a_role_is_told_who_acts() -> None:
    """A use case without an actor cannot ask for a role."""
    names = {name.partition(" ")[0] for name in REFUSED_BELOW}
    members = {f"{service.__name__}.{name}": member for service in SERVICES for name, member in vars(service).items()}
    assert [name for name in sorted(names) if get_type_hints(members[name]).get("actor") is not Actor] == []


def test_every_part_of_the_app_is_a_use_case_or_has_a_reason() -> None:
    offered = {item.name for item in fields(App)} - set(NOT_OFFERED)
    hints = get_type_hints(App)
    assert {hints[name] for name in offered} == set(SERVICES), (
        "It is a use case: put it into SERVICES, UseCases and use_cases here, and each of its own into REFUSED_BELOW; "
        "or it is none, and NOT_OFFERED says why."
    )
