"""Notifying on public fakes: who was told what, in order."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.services.sources import Intake, Source
from tests.services.world import World
from warroom.services.audit.standing import Standings
from warroom.services.intake.fetch_watch import FetchWatch
from warroom.services.intake.set_asides import SetAsides
from warroom.services.notifying.new_incidents import NewIncidents
from warroom.services.notifying.notices import Notices
from warroom.services.notifying.notifying import Notifying
from warroom.services.notifying.rules import Rule
from warroom.services.people.guessing import Guessing
from warroom.services.ports.notices import Notice, Sender


@dataclass
class SentMessages:
    """Implements the Sender port; `fails` are what the next tries end with."""

    sent: list[tuple[str, Notice, str]] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    fails: list[BaseException] = field(default_factory=list)

    async def send(self, to: str, shape: str, notice: Notice, message_id: str) -> None:
        self.tried.append(f"{to} {shape}")
        if self.fails:
            raise self.fails.pop(0)
        self.sent.append((to, notice, message_id))

    def name(self, to: str) -> str:
        return to


def notices(world: World, intake: Intake | None = None) -> Notices:
    """Look at the plans of a world, and at the fetches of an intake."""
    fetches = intake or Intake(Source())
    return Notices(
        plans=world.plans,
        halts=world.store.halts,
        new_incidents=NewIncidents(store=world.store, clock=world.clock),
        fetch_watch=FetchWatch(fetching=fetches.fetching, mirroring=fetches.mirroring),
        set_asides=SetAsides(fetches.pages),
        standings=Standings(
            store=world.store,
            journal=world.journal,
            library=world.library,
            clock=world.clock,
            undone_by={"isolate": "wipe"},
        ),
        guessing=Guessing(store=world.store.tries, clock=world.clock),
    )


def notifying(world: World, told: Sender, rules: Sequence[Rule]) -> Notifying:
    """Make it anew, as after a restart."""
    return Notifying(
        notices=notices(world),
        users=world.store.users,
        deliveries=world.store.deliveries,
        sender=told,
        clock=world.clock,
        rules=rules,
    )
