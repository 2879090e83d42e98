"""A world in which actions need approval: a command that isolates, people who may approve, a list of hosts."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tests.services.world import World, an_instance, command, lab, note, playbook, script
from warroom.content.integration import Argument, Command
from warroom.content.playbook import Playbook
from warroom.model.ids import IncidentId, PlanId, TaskKey
from warroom.model.json import Json
from warroom.model.plan import PlanRecord, TaskRecord, WaitKind
from warroom.model.user import Actor, Role, User
from warroom.services.approvals.rules import PROTECTED_HOSTS, Rules
from warroom.services.incidents.war_room import WarRoom
from warroom.services.ports.users import UserEvent
from warroom.testing.clock import START
from warroom.testing.runner import FakeCode, FakeFunction
from warroom.testing.store import MemoryStore

BOB = Actor(name="bob", role=Role.RESPONDER)
EVE = Actor(name="eve", role=Role.ADMIN)
OBJECTS = (Argument(name="object", is_array=True), Argument(name="kind", predefined=("ip", "domain")))
COMMANDS = (
    command("isolate", "endpoint", "agent_guid", "description", "idempotency_key", execution=True,
            arrays=("endpoint", "agent_guid")),
    command("wipe", "endpoint", "password", "description", execution=True),
    command("read", "what"),
    *(Command(name=name, arguments=OBJECTS, execution=True) for name in ("block", "unblock")),
)  # fmt: skip


@dataclass
class Product:
    """The world outside: what was asked of it, in order, on which instance."""

    asked: list[tuple[str, Json]] = field(default_factory=list)
    keys: list[tuple[str, str]] = field(default_factory=list)  # of each action, with its endpoint

    def acts(self, code: FakeCode) -> list[Json]:
        args = {name: value for name, value in code.run.args.items() if not name.startswith("idempotency")}
        self.keys.append((str(code.run.args.get("idempotency_key")), str(args["endpoint"])))
        self.asked.append((code.run.calling_context["context"]["IntegrationInstance"], args))
        return [note(f"{code.run.command} done")]

    @property
    def endpoints(self) -> list[Json]:
        return [args["endpoint"] for _, args in self.asked]


def a_user(name: str, role: Role = Role.RESPONDER, *, disabled: bool = False) -> User:
    return User(name=name, role=role, password_hash="", disabled=disabled, created=START)


async def with_people(world: World, *users: User) -> None:
    """Let these be the users of the server."""
    for user in users:
        told = UserEvent(kind="user", actor="test", at=START, payload={"name": user.name})
        await world.store.users.add_user(user, told)


@dataclass
class ApprovalWorld:
    """A world, what its product was asked, and the doors of a person."""

    world: World
    product: Product

    async def typed(self, text: str, actor: Actor = BOB, incident: IncidentId | None = None) -> PlanRecord:
        """Type a command, on the world's incident or another, and drive it until it ends or waits."""
        world = self.world
        room = WarRoom(
            store=world.store,
            journal=world.journal,
            library=world.library,
            plans=world.plans,
            halting=world.halting,
            clock=world.clock,
        )
        plan = await room.run(text, await world.journal.incident(incident or world.incident.id), actor)
        await world.conductor.drive(plan.id)
        return await world.store.plan(plan.id)

    async def started(self, book: Playbook, actor: Actor = BOB, **inputs: Json) -> PlanRecord:
        world = self.world
        plan = await world.plans.start(await world.journal.incident(world.incident.id), book, inputs, actor)
        await world.conductor.drive(plan.id)
        return await world.store.plan(plan.id)

    async def requests(self) -> list[TaskRecord]:
        """The requests that wait."""
        return [task for task in await self.world.asked() if task.wait and task.wait.kind is WaitKind.APPROVAL]

    async def answer(
        self, task: TaskRecord, choice: str = "Approve", actor: Actor = EVE, comment: str = "It spreads.", **args: Json
    ) -> PlanRecord:
        """Answer a request and drive its plan on."""
        await self.world.plans.answer(task.plan, task.key, choice, comment, actor, args)
        return await self.driven(task.plan)

    async def driven(self, plan: PlanId) -> PlanRecord:
        await self.world.conductor.drive(plan)
        return await self.world.store.plan(plan)

    async def task(self, plan: PlanRecord, key: str = "1") -> TaskRecord:
        return (await self.world.tasks(plan))[TaskKey(key)]


async def approval_world(
    *,
    rules: Rules = Rules(),  # noqa: B008  # it is frozen
    protected: str = "",
    people: Sequence[User] = (a_user("bob"), a_user("eve", Role.ADMIN)),
    instances: Sequence[str] = ("lab-1",),
    playbooks: Sequence[Playbook] = (),
    scripts: Sequence[str] = (),
    secrets: Sequence[str] = (),
    store: MemoryStore | None = None,
    **table: FakeFunction,
) -> ApprovalWorld:
    """Make a world with these people and this list of protected hosts."""
    product = Product()
    functions: dict[str, FakeFunction] = {
        "isolate": product.acts,
        "wipe": product.acts,
        "read": lambda _: [note("read", Read=1)],
        "block": lambda _: [note("blocked")],
        "unblock": lambda _: [note("unblocked")],
    }
    world = World(
        lab(*(_keeping(one, secrets) for one in COMMANDS)),
        functions | table,
        playbooks={book.id: book for book in playbooks},
        scripts={name: script(name, "endpoint") for name in scripts},
        instances=[an_instance(name) for name in instances],
        rules=rules,
        store=store or MemoryStore(),
    )
    await world.begin()
    await with_people(world, *people)
    if protected:
        await world.store.save_list(PROTECTED_HOSTS, protected, "ana", START)
    return ApprovalWorld(world, product)


def _keeping(one: Command, secrets: Sequence[str]) -> Command:
    arguments = tuple(replace(item, secret=item.name in secrets) for item in one.arguments)
    return replace(one, arguments=arguments)


def isolating(*hosts: str, name: str = "Contain") -> Playbook:
    """Write a playbook that isolates these endpoints, or those of its input."""
    wanted = ",".join(hosts) or "${inputs.hosts}"
    return playbook(
        f"""
        '1': {{id: '1', taskid: a, type: regular, task: {{id: a, name: Isolate, script: 'Lab|||isolate'}},
              scriptarguments: {{endpoint: {{simple: '{wanted}'}}}}}}
        """,
        name,
        inputs={"hosts": None},
    )
