"""Finds instances that should fetch but do not: they fail, are silent or held, or a fetch does not end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from shlex import quote

from warroom.mapping.last_run import ahead
from warroom.model.instance import IntegrationInstance
from warroom.model.sentence import ended
from warroom.services.intake.fetching import Fetching
from warroom.services.mirroring.mirroring import Mirroring
from warroom.services.ports.fetches import FetchState

SILENT_HOURS = 168.0  # a small tenant has weeks without an alert, but few of them
FAILING = 3  # fetches in a row; a single failure is not reported
STALLED = timedelta(minutes=15)  # a fetch is ended after its time limit, which is five minutes as a rule


class ConcernKind(StrEnum):
    HELD = "held"
    FAILING = "failing"
    SILENT = "silent"
    STALLED = "stalled"
    UNMIRRORED = "not mirrored"
    AHEAD = "ahead of time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """What is wrong with an instance's fetches or its mirroring, since when, and what now."""

    instance: IntegrationInstance
    kind: ConcernKind
    since: datetime
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchWatch:
    """Watches the fetches of all instances; with 0 hours, silence is not reported."""

    fetching: Fetching
    mirroring: Mirroring
    silent_hours: float = SILENT_HOURS

    async def concerns(self) -> list[Concern]:
        """Say of each instance that should fetch what is wrong with it."""
        states = await self.fetching.states()
        instances = await self.fetching.pages.journal.instances()
        found = [
            concern
            for instance in instances
            if instance.enabled and instance.fetch and instance.id in states
            for concern in self._about(instance, states[instance.id])
        ]
        found += [concern for instance in instances if (concern := await self._unmirrored(instance))]
        return found + [
            concern
            for instance in instances
            if instance.enabled and instance.fetch and (state := states.get(instance.id))
            for concern in await self._ahead(instance, state)
        ]

    async def _ahead(self, instance: IntegrationInstance, state: FetchState) -> list[Concern]:
        """Report a cursor that names a time in the future: alerts before then would not be fetched."""
        pages = self.fetching.pages
        found = ahead(await pages.store.last_run(instance.id), pages.clock.now())
        if not found:
            return []
        says = (
            f"Its lastRun names a time to come ({found}): alerts before then would not be fetched. See what the "
            f"product sent last; then use `warroom fetch reset {quote(instance.name)} --reason WHY`, and tell whoever "
            "wrote its integration."
        )
        since = state.brought or state.since
        return [Concern(instance=instance, kind=ConcernKind.AHEAD, since=since, says=says)]

    async def _unmirrored(self, instance: IntegrationInstance) -> Concern | None:
        run = await self.mirroring.held(instance)
        if run is None or run.held is None:
            return None
        says = self.mirroring.deaths.held(run)
        return Concern(instance=instance, kind=ConcernKind.UNMIRRORED, since=run.held, says=says)

    def _about(self, instance: IntegrationInstance, state: FetchState) -> Iterator[Concern]:
        now = self.fetching.pages.clock.now()
        if self.fetching.deaths.is_held(state):
            says = self.fetching.deaths.held(state)
            yield Concern(instance=instance, kind=ConcernKind.HELD, since=state.brought or state.since, says=says)
            return
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
