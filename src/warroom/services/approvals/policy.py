"""Decides whether an action needs a person's approval, and says why in one sentence; pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from warroom.content.integration import Argument
from warroom.model.json import Json
from warroom.services.approvals.hosts import OF_HOSTS, KnownHosts, Protected
from warroom.services.approvals.pieces import count_of, names_of
from warroom.services.approvals.rules import PROTECTED_HOSTS, Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedAction:
    """An action as it would be done."""

    command: str
    instances: tuple[str, ...]  # by name; a script has none
    args: Mapping[str, Json]
    declared: Mapping[str, Argument]


@dataclass(frozen=True, slots=True, kw_only=True)
class HostFacts:
    """What is protected, and by which names the incident knows its hosts."""

    protected: Protected
    known: KnownHosts


def why(proposed: ProposedAction, rules: Rules, guarded: HostFacts) -> str:
    """Say why an action needs approval; empty when it needs none."""
    return " and ".join(_reasons(proposed, rules, guarded))


def _reasons(proposed: ProposedAction, rules: Rules, guarded: HostFacts) -> Iterator[str]:
    if pattern := naming(rules, proposed.command, proposed.instances):
        yield f"`{pattern}` always needs it"
    count = count_of(proposed.args, proposed.declared) * max(len(proposed.instances), 1)
    if count > rules.above:
        yield f"it has {count} targets, more than {rules.above}"
    if found := guarded.protected.first_among(names_of(proposed.args, proposed.declared), guarded.known):
        value, entry = found
        yield f"{guarded.known.said(value)} is a protected host (`{entry}` in the list {PROTECTED_HOSTS})"
        return
    hosts = names_of({name: arg for name, arg in proposed.args.items() if OF_HOSTS.search(name)}, proposed.declared)
    if value := guarded.protected.nameless_among(hosts, guarded.known):
        yield f"nothing in this incident says which host {value} is, and it may be a protected one"


def naming(rules: Rules, command: str, instances: Sequence[str]) -> str:
    """Return the admin's pattern that matches a command, or the command on one of these instances; "" if none does.

    >>> naming(Rules(commands=("isolate-*", "*@lab-1")), "read", ["lab-1"])
    '*@lab-1'
    """
    return next((one for one in rules.commands if _names(one, command, instances)), "")


def _names(pattern: str, command: str, instances: Sequence[str]) -> bool:
    named, at, instance = pattern.partition("@")
    if not fnmatchcase(command.casefold(), named.strip().casefold()):
        return False
    wanted = instance.strip().casefold()
    return not at or any(fnmatchcase(name.casefold(), wanted) for name in instances)
