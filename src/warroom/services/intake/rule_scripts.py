"""Runs the scripts of pre-process rules on incoming incidents that are not stored yet."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import structlog

from warroom.content.preprocess_rule import PreProcessRule
from warroom.context.semantics import STANDARD, Semantics
from warroom.mapping.incident_from import MappedIncident
from warroom.model.context import ContextPatch
from warroom.model.entry import Entry
from warroom.model.errors import WarroomError
from warroom.model.incident import Incident
from warroom.model.json import Json
from warroom.model.lane import Lane
from warroom.model.user import Role
from warroom.services.execution.call import Call, Controls, Origin, Outcome
from warroom.services.execution.executor import Executor
from warroom.services.execution.look_up import look_up

SCRIPT_SECONDS = 60.0  # for one alert, unless the script's timeout is shorter
MOST_IN_A_ROW = 3  # alerts in a row whose script failed, after which its rule is left out for the rest of the page
MOST_FAILURES = 10  # the same for alerts that are not in a row: each may take a minute
RIGHTS = Role.ANALYST  # XSOAR runs them as its "Limited User": they change incidents, and nothing in other systems
ANSWERS = {"true": True, "false": False}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An incoming incident, the rule that is for it, and what that rule's script made of it.

    `keeps` says that the incident is to be made; `fault` why the script failed and did not decide.
    """

    item: MappedIncident
    rule: PreProcessRule | None = None
    keeps: bool = True
    entries: Sequence[Entry] = ()
    patches: Sequence[ContextPatch] = ()
    fault: str = ""


@dataclass(slots=True, kw_only=True)
class RuleScripts:
    """The scripts of one page's rules; those that fail again and again are left out for the rest of the page."""

    executor: Executor
    seconds: float = SCRIPT_SECONDS
    actor: str
    semantics: Semantics = STANDARD
    _in_a_row: Counter[str] = field(default_factory=Counter)
    _failures: Counter[str] = field(default_factory=Counter)

    async def judge(self, judged: Judged, rule: PreProcessRule) -> Judged:
        """Run a rule's script on an incident, and read what it says: false means that there is to be none."""
        failures = self._failures[rule.id]
        if self._in_a_row[rule.id] >= MOST_IN_A_ROW or failures >= MOST_FAILURES:
            note = (
                f"The pre-process rule `{rule.name}` was not applied: its script failed for {failures} alerts before."
            )
            return replace(judged, rule=None, item=judged.item.noting(note))
        try:
            outcome = await self.executor.run(self._call(judged.item.incident, rule))
            fault = outcome.error
        except WarroomError as error:
            fault = str(error)
        if fault:
            self._failures[rule.id] += 1
            self._in_a_row[rule.id] += 1
            log.warning("the script of a pre-process rule failed", rule=rule.name, error=fault)
            return replace(judged, fault=fault)
        self._in_a_row[rule.id] = 0
        return _judged(judged, outcome, self.semantics)

    def _call(self, incident: Incident, rule: PreProcessRule) -> Call:
        catalogue = self.executor.library.catalogue
        asked = catalogue.script(rule.script).timeout
        return Call(
            incident=incident,
            resolved=look_up(catalogue, rule.script),
            controls=Controls(timeout=min(float(asked or self.seconds), self.seconds)),
            origin=Origin(actor=self.actor, rights=RIGHTS, lane=Lane.ROUTINE, is_incoming=True),
        )


def _judged(judged: Judged, outcome: Outcome, semantics: Semantics) -> Judged:
    item = judged.item
    if outcome.incident:
        item = replace(item, incident=replace(outcome.incident, id=item.incident.id))
    if outcome.replacements:
        item = item.noting("The rule's script called setPlaybook, which does nothing before there is an incident.")
    if outcome.created:
        names = ", ".join(one.incident.name for one in outcome.created)
        item = item.noting(f"The rule's script called createNewIncident, which creates nothing in a rule: {names}.")
    return replace(
        judged,
        item=item,
        keeps=says(outcome.raw, semantics),
        entries=[entry for entry in outcome.entries if _answer_of(entry.contents) is None],
        patches=outcome.patches,
    )


def says(results: Sequence[Json], semantics: Semantics = STANDARD) -> bool:
    """Whether there is to be an incident, after a script's last word: true or false.

    >>> says([{"Contents": "Compared 7."}, {"Contents": "false"}]), says([])
    (False, True)
    """
    answers = [answer for body in results if (answer := _answer(body)) is not None]
    return answers[-1] if answers else semantics.silent_rule_script_keeps


def _answer(body: Json) -> bool | None:
    return _answer_of(body.get("Contents")) if isinstance(body, dict) else _answer_of(body)


def _answer_of(value: Json) -> bool | None:
    if isinstance(value, bool):
        return value
    return ANSWERS.get(value.strip().lower()) if isinstance(value, str) else None
