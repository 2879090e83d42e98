"""The pre-process rules as people see them: in their order, with what they cannot do, and our own grouping last."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from warroom.content.preprocess_rule import PreProcessRule
from warroom.mapping.storm import StormRule
from warroom.model.user import Actor
from warroom.services.intake.fetch_page import Pages
from warroom.services.packs.linting import cannot_run
from warroom.services.people.access import Permission, require

GROUPING = "Grouping of storms"  # of warroom itself: set by the settings, applied after all others


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """A rule: what it does, whether it is enabled, its pack, and the number of dropped alerts that are kept.

    `flaws` say why it is not applied here, one sentence each.
    """

    name: str
    does: str
    enabled: bool
    pack: str
    flaws: Sequence[str] = ()
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class RuleList:
    """What is done with alerts before there are incidents of them."""

    pages: Pages

    async def list(self, actor: Actor) -> Sequence[RuleLine]:
        """Return all rules in the order in which they are tried; for an alert, only the first one that fits counts."""
        require(actor, Permission.SEE)
        dropped: Counter[str] = Counter()
        for (_, rule), count in (await self.pages.store.dropped_counts()).items():
            dropped[rule] += count
        return [*self._of_packs(dropped), _grouping(self.pages.rule)]

    def idle(self) -> Sequence[str]:
        """Say which rules that are on are not applied, and why."""
        return [flaw for rule in self._rules if rule.enabled for flaw in self._flaws(rule)]

    @property
    def _rules(self) -> Sequence[PreProcessRule]:
        return self.pages.preprocessing.rules

    def _flaws(self, rule: PreProcessRule) -> Sequence[str]:
        return cannot_run(rule, self.pages.library.catalogue)

    def _of_packs(self, dropped: Counter[str]) -> Iterator[RuleLine]:
        for rule in self._rules:
            yield RuleLine(
                name=rule.name,
                does=_does(rule),
                enabled=rule.enabled,
                pack=rule.pack,
                flaws=self._flaws(rule),
                dropped=dropped[rule.name],
            )


def _does(rule: PreProcessRule) -> str:
    if rule.action is None:
        return rule.written
    said = f"{rule.action.said} `{rule.script}`" if rule.script and not rule.looks_for_one else rule.action.said
    return f"{said}, {'newest' if rule.newest else 'oldest'} incident" if rule.looks_for_one else said


def _grouping(rule: StormRule) -> RuleLine:
    is_on = rule.minutes > 0
    within = f", within {rule.minutes:g} minutes" if is_on else ""
    return RuleLine(name=GROUPING, does=f"one incident for {rule.said}{within}", enabled=is_on, pack="settings")
