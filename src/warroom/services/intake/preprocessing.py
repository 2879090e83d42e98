"""Applies the packs' pre-process rules to a page of alerts, before there are incidents of them."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from warroom.content.preprocess_rule import PreProcessRule, RuleAction
from warroom.context.scripted import Scripts
from warroom.context.semantics import STANDARD, Semantics
from warroom.mapping.incident_from import MappedIncident
from warroom.mapping.preprocess import Existing, Reading, first_rule
from warroom.model.context import ContextPatch
from warroom.model.entry import Entry
from warroom.model.ids import IncidentId
from warroom.model.incident import Incident, Status
from warroom.model.instance import IntegrationInstance
from warroom.services.execution.executor import Executor
from warroom.services.execution.finding import PLAYGROUND
from warroom.services.execution.linking import linked_to
from warroom.services.intake.alert_lines import alerts_line
from warroom.services.intake.fetched import untaken
from warroom.services.intake.rule_scripts import SCRIPT_SECONDS, Judged, RuleScripts
from warroom.services.packs.linting import cannot_run
from warroom.services.ports.clock import Clock
from warroom.services.ports.fetches import Untaken
from warroom.services.ports.store import IncidentQuery, Store
from warroom.services.ports.value_scripts import Reader, reader_of_alerts

RULE_TAG = "pre-process rule"
LOOKED_AT = 20_000  # existing incidents that are compared with, the newest ones
PAGE = 1000
RAW = "rawjson"  # the prefix of a condition on the product's own record
DUPLICATE, OTHER = "Duplicate", "Other"  # reasons for closing, as XSOAR has them


@dataclass(slots=True, kw_only=True)
class Ruled:
    """What the rules have made of a page: incidents that are made, alerts that are none, and what is said of both."""

    made: list[MappedIncident] = field(default_factory=list)
    closed: set[IncidentId] = field(default_factory=set)  # of those made, the ones that start no playbook
    untaken: list[Untaken] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    patches: list[ContextPatch] = field(default_factory=list)
    told: dict[tuple[IncidentId, str], list[Incident]] = field(default_factory=dict)  # by existing incident and rule
    links: dict[IncidentId, list[IncidentId]] = field(default_factory=dict)  # by existing incident, those of the page

    def tell(self, leader: IncidentId, done: str, alert: Incident) -> None:
        self.told.setdefault((leader, done), []).append(alert)

    def link(self, leader: IncidentId, done: str, alert: Incident) -> None:
        """Have an existing incident and an alert that becomes one name each other."""
        self.tell(leader, done, alert)
        self.links.setdefault(leader, []).append(alert.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preprocessing:
    """Applies one rule to each alert, the first that is for it; alerts of several fetches wait for each other."""

    store: Store
    executor: Executor
    clock: Clock
    actor: str
    seconds: float = SCRIPT_SECONDS
    semantics: Semantics = STANDARD
    turns: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def rules(self) -> Sequence[PreProcessRule]:
        """Return the rules in the order in which they are tried, those that are off too."""
        return self.executor.library.catalogue.preprocess_rules

    async def judge(self, mapped: Sequence[MappedIncident]) -> list[Judged]:
        """Find the rule for each alert, and run the scripts of those that have one."""
        rules = [rule for rule in self.rules if rule.enabled]
        if not rules or not mapped:
            return [Judged(item=item) for item in mapped]
        judged = await self._judge(rules, mapped)
        scripts = RuleScripts(executor=self.executor, seconds=self.seconds, actor=self.actor, semantics=self.semantics)
        return [
            await scripts.judge(one, one.rule) if one.rule and one.rule.action is RuleAction.SCRIPT else one
            for one in judged
        ]

    async def _judge(self, rules: Sequence[PreProcessRule], mapped: Sequence[MappedIncident]) -> list[Judged]:
        catalogue = self.executor.library.catalogue
        flaws = await asyncio.to_thread(lambda: {rule.id: cannot_run(rule, catalogue) for rule in rules})

        def flaws_of(rule: PreProcessRule) -> Sequence[str]:
            return flaws[rule.id]

        def judged(item: MappedIncident, scripts: Scripts) -> Judged:
            verdict = first_rule(rules, item.incident, self._reading(scripts), flaws_of)
            return Judged(item=item.noting(*verdict.notes), rule=verdict.rule)

        return await self.executor.scripts.each(mapped, self._reader, judged)

    def _reading(self, scripts: Scripts) -> Reading:
        return Reading(find_field=self.executor.library.catalogue.find_field, semantics=self.semantics, scripts=scripts)

    @property
    def _reader(self) -> Reader:
        return reader_of_alerts(self.clock.now())

    async def sort(self, instance: IntegrationInstance, judged: Sequence[Judged], others: Iterable[Incident]) -> Ruled:
        """Apply the rules that were found; `others` are incidents of the same page that no rule is for."""
        ruled, scripts = Ruled(), self.executor.scripts.open()
        asked = {one.rule.id: one.rule for one in judged if one.rule and one.rule.looks_for_one}
        there, fresh = await self._existing(list(asked.values()), others, scripts), list[Incident]()
        for one in judged:
            if one.rule is None:
                continue
            leader, faults = await self._leader(one.item.incident, one.rule, there, fresh, scripts)
            before = len(ruled.made)
            self._apply(instance, replace(one, item=one.item.noting(*faults)), one.rule, leader, ruled)
            fresh = [item.incident for item in ruled.made[before:]]
        ruled.entries += await self._told(ruled)
        return ruled

    def _apply(
        self,
        instance: IntegrationInstance,
        one: Judged,
        rule: PreProcessRule,
        leader: Incident | None,
        ruled: Ruled,
    ) -> None:
        """Do with one alert what its rule says; without the incident that the rule looks for, it becomes one."""
        if one.fault:
            why = f"The script `{rule.script}` of the pre-process rule `{rule.name}` failed: {one.fault}"
            ruled.untaken.append(untaken(instance, one.item.fetched, why, self.clock))
            return
        match rule.action:
            case RuleAction.DROP:
                self._drop(instance, one, rule, ruled, "It was dropped")
            case RuleAction.SCRIPT if not one.keeps:
                self._drop(instance, one, rule, ruled, f"The script `{rule.script}` said that it is to be dropped")
                for linked in one.item.incident.linked:
                    ruled.tell(linked, f"dropped by {_named(rule)}", one.item.incident)
            case RuleAction.UPDATE if leader:
                self._drop(instance, one, rule, ruled, f"It was dropped, and noted in incident {leader.id},")
                ruled.tell(leader.id, f"dropped by {_named(rule)}", one.item.incident)
            case RuleAction.LINK | RuleAction.LINK_AND_CLOSE if leader:
                self._link(one, rule, leader, ruled)
            case RuleAction.CLOSE:
                self._close(one.item, f"Closed by {_named(rule)}.", OTHER, ruled)
            case _:
                if one.item.incident.status is Status.DONE and not self.semantics.rule_that_closes_starts_playbook:
                    ruled.closed.add(one.item.incident.id)  # by the rule's script
                ruled.made.append(one.item)
                for linked in one.item.incident.linked:
                    ruled.link(linked, f"linked by {_named(rule)}", one.item.incident)
                ruled.entries += one.entries
                ruled.patches += one.patches

    def _drop(self, instance: IntegrationInstance, one: Judged, rule: PreProcessRule, ruled: Ruled, said: str) -> None:
        found = untaken(instance, one.item.fetched, f"{said} by {_named(rule)}.", self.clock)
        aside = replace(found.aside, rule=rule.name, remote=one.item.incident.remote)
        ruled.untaken.append(replace(found, aside=aside))

    def _link(self, one: Judged, rule: PreProcessRule, leader: Incident, ruled: Ruled) -> None:
        closes = rule.action is RuleAction.LINK_AND_CLOSE
        ruled.link(leader.id, f"linked by {_named(rule)}", one.item.incident)
        item = replace(one.item, incident=linked_to([leader.id], one.item.incident))
        said = f"Linked to incident {leader.id} ({leader.name}) by {_named(rule)}."
        if closes:
            self._close(item.noting(said), said, DUPLICATE, ruled)
        else:
            ruled.made.append(item.noting(said))

    def _close(self, item: MappedIncident, said: str, reason: str, ruled: Ruled) -> None:
        incident = replace(
            item.incident, status=Status.DONE, closed=self.clock.now(), close_reason=reason, close_notes=said
        )
        closed = replace(item, incident=incident)
        ruled.made.append(closed if said in item.notes else closed.noting(said))
        if not self.semantics.rule_that_closes_starts_playbook:
            ruled.closed.add(incident.id)

    async def _existing(
        self, asked: Sequence[PreProcessRule], others: Iterable[Incident], scripts: Scripts
    ) -> dict[str, Existing]:
        """Return what each rule compares with: incidents of the store, then those of the page."""
        if not asked:
            return {}
        now, reading = self.clock.now(), self._reading(scripts)
        there = {rule.id: Existing(rule=rule, reading=reading, now=now) for rule in asked}
        known = [*await self._stored(asked), *others]

        def compared() -> dict[str, Existing]:
            for looked_at in there.values():
                for one in known:
                    looked_at.add(one)
            return there

        return await asyncio.to_thread(compared)

    async def _stored(self, asked: Sequence[PreProcessRule]) -> list[Incident]:
        """Return the incidents that some rule compares with, oldest first; only the newest if there are too many."""
        periods = [rule.period for rule in asked]
        since = None if None in periods else self.clock.now() - max(one for one in periods if one is not None)
        statuses = () if any(rule.closed_too for rule in asked) else (Status.PENDING, Status.ACTIVE)
        whole = any(RAW in repr(rule.existing).lower() for rule in asked)
        found: list[Incident] = []
        while len(found) < LOOKED_AT:
            before = found[-1].id if found else None
            query = IncidentQuery(but_type=PLAYGROUND, statuses=statuses, limit=PAGE, before=before)
            page = await self.store.incidents(query)
            young = page if since is None else [one for one in page if one.created >= since]
            found += young if whole else [replace(one, raw_json="") for one in young]  # they may be large, and many
            if len(page) < PAGE or len(young) < len(page):
                break
        return found[::-1]

    async def _leader(
        self,
        incoming: Incident,
        rule: PreProcessRule,
        there: Mapping[str, Existing],
        fresh: list[Incident],
        scripts: Scripts,
    ) -> tuple[Incident | None, Sequence[str]]:
        """Return the incident that a rule looks for, and what could not be compared with it.

        `fresh` incidents are there from now on. It is compared in a thread, because there may be 20,000 of them.
        """

        def found(mine: Existing | None, _: Scripts) -> tuple[Incident | None, Sequence[str]]:
            for looked_at in there.values():
                for incident in fresh:
                    looked_at.add(incident)
            fresh.clear()
            return (mine.find(incoming), mine.faults()) if mine else (None, ())

        if there:
            [leader] = await self.executor.scripts.each([there.get(rule.id)], self._reader, found, scripts)
            return leader
        await asyncio.sleep(0)  # others have a turn between two of a thousand
        return None, ()

    async def _told(self, ruled: Ruled) -> list[Entry]:
        """Say in the War Room of each existing incident what was linked to it, or dropped because of it."""
        now = self.clock.now()
        return [
            await alerts_line(
                leader,
                alerts,
                f"{'1 alert' if len(alerts) == 1 else f'{len(alerts)} alerts'} {done}:",
                at=now,
                actor=self.actor,
                tag=RULE_TAG,
            ).entry(self.store)
            for (leader, done), alerts in ruled.told.items()
        ]


def _named(rule: PreProcessRule) -> str:
    return f"the pre-process rule `{rule.name}`"
