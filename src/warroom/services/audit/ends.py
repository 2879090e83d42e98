"""Matches ends to actions: on the same host, by any of its names, or on the same object."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from warroom.content.integration import Argument
from warroom.model.ids import IncidentId
from warroom.services.approvals.hosts import OF_HOSTS, KnownHosts, folded, typed
from warroom.services.approvals.pieces import targets_of
from warroom.services.ports.store import Action

Key: TypeAlias = tuple[frozenset[str], str]  # GUIDs of hosts, and the name where they do not say which one it is
Latest: TypeAlias = dict[Key, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One target of an action, by the name under which it was done."""

    name: str
    is_host: bool
    action: Action

    @property
    def incident(self) -> IncidentId:
        return self.action.plan.incident

    @property
    def started(self) -> datetime:
        return self.action.intent.started

    def key(self, known: KnownHosts) -> Key:
        """Return the key of a target: the host that its incident knows by this name, else the name."""
        guids = known.guids(self.name) if self.is_host else frozenset()
        return guids, "" if len(guids) == 1 else self.name


def targets(action: Action, declared: Mapping[str, Argument]) -> Iterator[Target]:
    """Yield the targets of an action."""
    for name, value in action.intent.target.items():
        is_host = bool(OF_HOSTS.search(name))
        for piece in targets_of({name: value}, declared):
            yield Target(name=typed(piece) if is_host else folded(piece), is_host=is_host, action=action)


@dataclass(frozen=True, slots=True)
class Ends:
    """When each target was undone last.

    What an incident says of its hosts counts for its own actions. A name of which it says nothing means in it what it
    means in the other of the two incidents; so two hosts that two incidents call by one short name stay two.
    """

    known: Mapping[IncidentId, KnownHosts]
    own: Latest  # by what the end's incident knows
    also: Mapping[str, datetime]  # by every name that the end's incident has for its host

    @classmethod
    def of(cls, ends: Iterable[Target], known: Mapping[IncidentId, KnownHosts]) -> "Ends":
        """Note the ends, given from the oldest to the latest."""
        own: Latest = {}
        also: dict[str, datetime] = {}
        for end in ends:
            own[end.key(known[end.incident])] = end.started
            if end.is_host:
                also |= dict.fromkeys(known[end.incident].aliases(end.name), end.started)
        return cls(known, own, also)

    def undone(self, target: Target) -> bool:
        """Whether an end of its target came after the action."""
        here = self.known[target.incident]
        key = target.key(here)
        keys = [key, *((frozenset[str](), name) for name in (here.aliases(target.name) if target.is_host else ()))]
        found = [self.own.get(one) for one in keys]
        if target.is_host and not key[0]:
            found.append(self.also.get(target.name))
        return any(end and end >= target.started for end in found)
