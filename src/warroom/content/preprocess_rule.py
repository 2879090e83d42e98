"""Pre-process rules: what is done with an incoming incident before there is one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from warroom.content.value import AllOfAnyOf
from warroom.model.errors import Location


class RuleAction(StrEnum):
    """What a rule does, by the name that its file has."""

    DROP = "drop"
    UPDATE = "dropAndUpdate"
    CLOSE = "close"
    LINK = "link"
    LINK_AND_CLOSE = "linkAndClose"
    SCRIPT = "script"

    @property
    def said(self) -> str:
        """Say it as XSOAR's pages do."""
        return SAID[self]


SAID: Mapping[RuleAction, str] = {
    RuleAction.DROP: "drop",
    RuleAction.UPDATE: "drop and update",
    RuleAction.CLOSE: "close",
    RuleAction.LINK: "link",
    RuleAction.LINK_AND_CLOSE: "link and close",
    RuleAction.SCRIPT: "run a script",
}
LOOKS_FOR_ONE = frozenset({RuleAction.UPDATE, RuleAction.LINK, RuleAction.LINK_AND_CLOSE})


@dataclass(frozen=True, slots=True, kw_only=True)
class PreProcessRule:
    """A rule as its file has it; `new` is about the incoming incident, `existing` about those that are there.

    `action` is None where the file has one that is not known: `written` is what it has.
    """

    id: str
    name: str
    action: RuleAction | None
    written: str
    enabled: bool = False
    index: int = 0  # its place among all rules
    new: AllOfAnyOf = ()
    existing: AllOfAnyOf = ()
    newest: bool = False  # of several existing incidents, the newest and not the oldest one
    period: timedelta | None = None  # how old an existing incident may be; None: of any age
    closed_too: bool = False  # also closed incidents are looked at
    script: str = ""
    pack: str = ""
    at: Location | None = None

    @property
    def looks_for_one(self) -> bool:
        """Whether it is about an incident that is there already."""
        return self.action in LOOKS_FOR_ONE
