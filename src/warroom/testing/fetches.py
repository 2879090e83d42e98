"""How instances fetch, and records that are set aside, in memory; text is kept as a real store keeps it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from warroom.model.errors import ConflictError, NotFoundError
from warroom.model.ids import IncidentId, InstanceId
from warroom.services.ports.fetches import SETTLED, DroppedQuery, FetchState, SetAside, StormKey, Untaken
from warroom.services.ports.store import Changes


class MemoryFetches:
    """Implements the FetchStore port."""

    def __init__(self) -> None:
        self.states: dict[InstanceId, FetchState] = {}
        self._untaken: dict[str, Untaken] = {}
        self._linked: dict[tuple[str, str], IncidentId] = {}
        self._storm_keys: dict[str, StormKey] = {}

    def judge_fetch(self, changes: Changes) -> None:
        for aside in changes.fetch.settled if changes.fetch else ():
            if aside.id not in self._untaken:
                raise ConflictError(SETTLED.format(aside.id))

    def take_fetch(self, changes: Changes) -> None:
        if not changes.fetch:
            return
        if state := changes.fetch.state:
            self.states[state.instance] = state
        for untaken in changes.fetch.untaken:
            self._untaken[untaken.aside.id] = untaken
        for aside in changes.fetch.settled:
            self._untaken.pop(aside.id, None)
        if before := changes.fetch.forget_dropped:
            kept = self._untaken.items()
            self._untaken = {key: one for key, one in kept if not one.aside.rule or one.aside.at >= before}
        self._linked |= {(one.source, one.remote): one.incident for one in changes.fetch.linked}
        if before := changes.fetch.forget_before:
            self._storm_keys = {key: one for key, one in self._storm_keys.items() if one.at >= before}
        self._storm_keys |= {one.key: one for one in changes.fetch.storm_keys}

    async def set_aside(self) -> list[SetAside]:
        asides = (one.aside for one in self._untaken.values() if not one.aside.rule)
        return sorted(asides, key=lambda aside: (aside.at, aside.id))

    async def dropped(self, query: DroppedQuery) -> list[SetAside]:
        dropped = (one.aside for one in self._untaken.values() if one.aside.rule)
        of, before = query.instance_name, query.before
        wanted = (one for one in dropped if of is None or one.instance_name == of)
        ordered = sorted(wanted, key=lambda aside: (aside.at, aside.id), reverse=True)
        return [one for one in ordered if before is None or (one.at, one.id) < (before.at, before.id)][: query.limit]

    async def dropped_counts(self) -> Mapping[tuple[InstanceId, str], int]:
        return Counter((one.aside.instance, one.aside.rule) for one in self._untaken.values() if one.aside.rule)

    async def dropped_records(self, source: InstanceId, remotes: Sequence[str]) -> Mapping[str, str]:
        asides = [one.aside for one in self._untaken.values() if one.aside.rule]
        return {one.remote: one.rule for one in asides if one.instance == source and one.remote in remotes}

    async def untaken(self, aside: str) -> Untaken:
        if aside not in self._untaken:
            raise NotFoundError(f"No record {aside} is set aside. `warroom fetch list` shows those that are.")
        return self._untaken[aside]

    async def linked_records(self, source: InstanceId, remotes: Sequence[str]) -> Mapping[str, IncidentId]:
        return {remote: self._linked[source, remote] for remote in remotes if (source, remote) in self._linked}

    async def storm_leaders(self, keys: Sequence[str], since: datetime) -> Mapping[str, IncidentId]:
        known = self._storm_keys
        return {key: known[key].incident for key in keys if key in known and known[key].at >= since}

    async def fetch_states(self) -> Mapping[InstanceId, FetchState]:
        return dict(self.states)
