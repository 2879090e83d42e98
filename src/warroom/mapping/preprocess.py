"""Finds the pre-process rule for an incoming incident, and the existing incident that it is about."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from warroom.content.preprocess_rule import PreProcessRule
from warroom.content.value import Comparison, Operand
from warroom.context.cast import MISSING
from warroom.context.operators.registry import look_up
from warroom.context.scope import Scope
from warroom.context.scripted import ScriptNeededError, ScriptRun, Scripts
from warroom.context.semantics import STANDARD, Semantics
from warroom.context.value import find_operand, passes
from warroom.mapping.map_fields import SYSTEM_FIELDS, UNREADABLE, FindField
from warroom.model.errors import InvalidInputError
from warroom.model.incident import Incident, Status
from warroom.model.json import Json

EQUAL = "isEqualString"
ROOTS = ("incident.", "alert.")
RUNS_AT_ONCE = 500  # of scripts, for the incidents that one is compared with

CannotRun = Callable[[PreProcessRule], Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the conditions of rules are read with."""

    find_field: FindField
    semantics: Semantics = STANDARD
    scripts: Scripts | None = None


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one incident for a rule's conditions, by cliName, id or display name."""

    scope: Scope
    find_field: FindField

    @classmethod
    def of(cls, incident: Incident, reading: "Reading") -> "Fields":
        scope = Scope(context={}, incident=incident.as_xsoar(), semantics=reading.semantics, scripts=reading.scripts)
        return cls(scope, reading.find_field)

    @property
    def semantics(self) -> Semantics:
        return self.scope.semantics

    @property
    def scripts(self) -> Scripts | None:
        return self.scope.scripts

    def find(self, path: str) -> Json:
        wanted = path.strip()
        for root in ROOTS:
            wanted = wanted.removeprefix(root)
        if not wanted or wanted in {"incident", "alert"}:
            return self.scope.find(wanted)
        found = self.scope.find(f"incident.{wanted}")
        if found is not MISSING:
            return found
        name = wanted.partition(".")[0]
        declared = self.find_field(name)
        system = SYSTEM_FIELDS.get(name.lower())
        known = declared.cli_name if declared else system
        return self.scope.find(f"incident.{known}{wanted.removeprefix(name)}") if known else MISSING


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The one rule that is for an incoming incident, if any; `notes` say what could not be applied, and why."""

    rule: PreProcessRule | None = None
    notes: tuple[str, ...] = ()


def first_rule(
    rules: Sequence[PreProcessRule],
    incoming: Incident,
    reading: Reading,
    cannot_run: CannotRun,
) -> Verdict:
    """Return the first enabled rule whose conditions hold for an incident. A rule that cannot be applied is skipped."""
    notes: list[str] = []
    fields = Fields.of(incoming, reading)
    for rule in rules:
        if not rule.enabled:
            continue
        try:
            if not passes(rule.new, fields, fields):
                continue
        except UNREADABLE as error:
            notes.append(f"The pre-process rule `{rule.name}` was not applied: {error}")
            continue
        if reasons := cannot_run(rule):
            notes += [f"This rule is for this incident and was not applied. {reason}" for reason in reasons]
            return Verdict(notes=tuple(notes))
        return Verdict(rule=rule, notes=tuple(notes))
    return Verdict(notes=tuple(notes))


@dataclass(slots=True, kw_only=True)
class Existing:
    """The existing incidents that one rule is compared with, oldest first, and those added later.

    Where all its incidents must have a field equal to something, only those that have it are looked at: a rule for
    thousands of alerts is not compared with thousands of incidents each.
    """

    rule: PreProcessRule
    reading: Reading
    now: datetime
    _faults: list[str] = field(default_factory=list)
    _all: list[tuple[Incident, Fields]] = field(default_factory=list)
    _by_value: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _unsorted: list[int] = field(default_factory=list)

    def add(self, incident: Incident) -> None:
        """Add an incident that is newer than all others."""
        if not self._is_wanted(incident):
            return
        fields = Fields.of(incident, self.reading)
        number = len(self._all)
        self._all.append((incident, fields))
        if key := self._key:
            value = self._value(key.left, fields, key)
            (self._unsorted if value is None else self._by_value[value]).append(number)

    def find(self, incoming: Incident) -> Incident | None:
        """Return the oldest or the newest incident for which the rule's conditions hold.

        Raises ScriptNeededError with what a number of incidents need, so that not each one is a round of its own.
        """
        if not self.rule.existing and not self.reading.semantics.rule_without_existing_filters_takes_any:
            return None
        self._faults.clear()
        fields = Fields.of(incoming, self.reading)
        needed: list[ScriptRun] = []
        for number in self._likely(fields):
            incident, there = self._all[number]
            try:
                is_meant = incident.id != incoming.id and passes(self.rule.existing, there, fields)
            except ScriptNeededError as error:
                needed += error.runs
                if len(needed) >= RUNS_AT_ONCE:
                    break
            except UNREADABLE as error:
                self._faults.append(f"incident {incident.id}: {error}")
            else:
                if is_meant and not needed:
                    return incident
        if needed:
            raise ScriptNeededError(needed)
        return None

    def faults(self) -> Sequence[str]:
        """Say once, in one sentence, which incidents could not be compared with those that were looked for last."""
        found, self._faults = self._faults, []
        if not found:
            return ()
        more = f" The same holds for {len(found) - 1} more." if len(found) > 1 else ""
        return (f"The pre-process rule `{self.rule.name}` could not compare this with {found[0]}{more}",)

    def _is_wanted(self, incident: Incident) -> bool:
        is_open = incident.status not in {Status.DONE, Status.ARCHIVE}
        is_young = self.rule.period is None or self.now - incident.created <= self.rule.period
        return is_young and (is_open or self.rule.closed_too)

    def _likely(self, fields: Fields) -> Iterator[int]:
        numbers: Sequence[int] = range(len(self._all))
        key = self._key
        if key and key.right:
            value = self._value(key.right, fields, key)
            if value is not None:
                numbers = sorted([*self._by_value.get(value, ()), *self._unsorted])
        return iter(reversed(numbers)) if self.rule.newest else iter(numbers)

    @property
    def _key(self) -> Comparison | None:
        """Return the comparison by which incidents are sorted: one that must hold, for equality of text."""
        return next((group[0] for group in self.rule.existing if len(group) == 1 and _is_equality(group[0])), None)

    @staticmethod
    def _value(operand: Operand, fields: Fields, key: Comparison) -> str | None:
        """Return a value that equals only itself; None for what equals in other ways, such as a list."""
        try:
            value = find_operand(operand, fields)
        except (*UNREADABLE, ScriptNeededError):
            return None
        if not isinstance(value, str) or not value:
            return None
        return value.casefold() if key.ignore_case else value


def _is_equality(comparison: Comparison) -> bool:
    try:
        return comparison.right is not None and look_up(comparison.operator).name == EQUAL
    except InvalidInputError:
        return False
