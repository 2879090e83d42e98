"""Reads pre-process rules."""

import re
from collections.abc import Mapping
from datetime import timedelta

from warroom.content.preprocess_rule import PreProcessRule, RuleAction
from warroom.content.read_value import read_comparisons
from warroom.content.source import Node, Source
from warroom.content.time_unit import UNITS

LONGEST = timedelta(days=36_525)
# Palo Alto publishes only the names `drop`, `link` and `script`; the others are read however they are spelled.
ACTIONS: Mapping[str, RuleAction] = {
    **{action.lower(): action for action in RuleAction},
    "update": RuleAction.UPDATE,
    "dropupdate": RuleAction.UPDATE,
    "linkclose": RuleAction.LINK_AND_CLOSE,
    "runscript": RuleAction.SCRIPT,
    "runascript": RuleAction.SCRIPT,
}
OLDEST, NEWEST = "oldest", "newest"
WHAT = "A pre-process rule"
_NOT_IN_NAMES = re.compile("[^a-z]")


def read_preprocess_rule(source: Source) -> PreProcessRule:
    node = source.root()
    written = node.get("action").needed(WHAT)
    rule_id = node.get("id", "name").needed(WHAT)
    return PreProcessRule(
        id=rule_id,
        name=node.get("name").text(rule_id),
        action=ACTIONS.get(_NOT_IN_NAMES.sub("", written.lower())),
        written=written,
        enabled=node.get("enabled").flag(),
        index=node.get("index").whole(),
        new=read_comparisons(node.get("newEventFilters")),
        existing=read_comparisons(node.get("existingEventsFilters")),
        newest=_is_newest(node.get("linkTo")),
        period=_period(node.get("period")),
        closed_too=node.get("searchClosed").flag(),
        script=node.get("scriptName").text() or node.get("scriptID").text(),  # ids differ from server to server
        at=node.at,
    )


def _is_newest(node: Node) -> bool:
    written = node.text().lower()
    if written not in {"", OLDEST, NEWEST}:
        raise node.error(f"`linkTo` must be `{OLDEST}` or `{NEWEST}`, not `{node.text()[:60]}`.")
    return written == NEWEST


def _period(node: Node) -> timedelta | None:
    """Read how old an incident may be; None where nothing says so, or zero."""
    if not node.exists or node.data == []:
        return None
    count, unit = node.get("fromValue"), node.get("by")
    number = count.whole()
    if number < 0:
        raise count.error(f"`fromValue` must be 0 or more, not {number}.")
    if not number:
        return None
    written = unit.text("day").lower()
    if written.removesuffix("s") not in UNITS:
        raise unit.error(f"`by` must be one of {', '.join(f'{name}s' for name in UNITS)}, not `{written[:60]}`.")
    one = UNITS[written.removesuffix("s")]
    return LONGEST if number > LONGEST / one else number * one
