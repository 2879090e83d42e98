"""Notices instances that should bring something and do not: they fail, they are silent, or their fetch does not end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from warroom.model.instance import IntegrationInstance
from warroom.model.sentence import ended
from warroom.services.fetching import Fetching
from warroom.services.ports.fetches import FetchState

SILENT_HOURS = 168.0  # a small tenant has weeks without an alert, but few of them
FAILING = 3  # fetches in a row; a single one that fails is nothing
STALLED = timedelta(minutes=15)  # a fetch is ended after its time limit, which is five minutes as a rule


class ConcernKind(StrEnum):
    FAILING = "failing"
    SILENT = "silent"
    STALLED = "stalled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """What is wrong with an instance's fetches, since when, and what now."""

    instance: IntegrationInstance
    kind: ConcernKind
    since: datetime
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchWatch:
    """Looks at how all instances fetch; with 0 hours, silence is nothing to speak of."""

    fetching: Fetching
    silent_hours: float = SILENT_HOURS

    async def concerns(self) -> list[Concern]:
        """Say of each instance that should fetch what is wrong with it."""
        states = await self.fetching.states()
        instances = await self.fetching.pages.journal.instances()
        return [
            concern
            for instance in instances
            if instance.enabled and instance.fetch and instance.id in states
            for concern in self._about(instance, states[instance.id])
        ]

    def _about(self, instance: IntegrationInstance, state: FetchState) -> Iterator[Concern]:
        now = self.fetching.pages.clock.now()
        if state.failing_since and state.failures >= FAILING:
            says = (
                f"{state.failures} fetches in a row have failed, since {_at(state.failing_since)}: {ended(state.error)}"
                " Alerts since then are not here yet; they come when it works again."
            )
            yield Concern(instance=instance, kind=ConcernKind.FAILING, since=state.failing_since, says=says)
        quiet_since = state.brought or state.since
        if not state.failing_since and 0 < self.silent_hours < (now - quiet_since) / timedelta(hours=1):
            says = (
                f"It has brought nothing since {_at(quiet_since)}, although its fetches go well. See in the product "
                "whether there were alerts, and whether the instance's filters leave them out (setting silent_hours)."
            )
            yield Concern(instance=instance, kind=ConcernKind.SILENT, since=quiet_since, says=says)
        health = self.fetching.health(instance.id)
        if health and now - health.at > max(STALLED, timedelta(seconds=10 * self.fetching.seconds)):
            says = f"No fetch has ended since {_at(health.at)}. Restart warroom, and see its log."
            yield Concern(instance=instance, kind=ConcernKind.STALLED, since=health.at, says=says)


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
