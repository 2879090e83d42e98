"""`lastCompletedTaskEntries`: the entries of the task that ended last, for tasks that read them."""

import re
from collections.abc import Mapping

from warroom.content.playbook import Playbook
from warroom.model.ids import EntryId, IncidentId, PlanId, TaskKey
from warroom.model.plan import TaskRecord
from warroom.services.commands.library import Library
from warroom.services.ports.store import EntryQuery, Store

LAST_ENTRIES = "lastCompletedTaskEntries"
LOOKED_AT = 500  # entries of the incident, the newest ones
TURN = re.compile(r"#\d+$")


async def last_entries(
    store: Store, library: Library, incident: IncidentId, plan: PlanId | None, key: TaskKey | None
) -> list[EntryId]:
    """Return the entries of the task that ended last and wrote any, of those that lead to this one, in order.

    Tasks that write nothing, such as titles and conditions, do not count, nor do those of parallel branches: what
    a task reads does not depend on which branch is faster.
    """
    if plan is None or key is None:
        return []
    records = {record.key: record for record in await store.tasks(plan)}
    frame, _, task_id = key.rpartition("/")
    leading = tasks_before(await _playbook(store, library, plan, frame, records), task_id)
    ended = {
        record.key: record.ended
        for record in records.values()
        if record.ended and record.key.rpartition("/")[0] == frame and record.key.rpartition("/")[2] in leading
    }
    written: dict[TaskKey, list[EntryId]] = {}
    for entry in await store.find_entries(EntryQuery(incident=incident, limit=LOOKED_AT)):
        if entry.plan == plan and entry.task in ended:
            written.setdefault(entry.task, []).append(entry.id)
    in_order = sorted(written, key=lambda one: ended[one])  # those that ended together: as they wrote
    return written[in_order[-1]] if written else []


def tasks_before(playbook: Playbook, task_id: str) -> frozenset[str]:
    """Return the tasks from which edges lead to this one, at any distance."""
    found: set[str] = set()
    left = [task_id]
    while left:
        sources = {source for source, _ in playbook.incoming.get(left.pop(), ())} - found
        found |= sources
        left += sources
    return frozenset(found)


async def _playbook(
    store: Store, library: Library, plan: PlanId, frame: str, records: Mapping[TaskKey, TaskRecord]
) -> Playbook:
    """Return the playbook of a frame: that of the plan, or of the task that runs a sub-playbook."""
    owner = records.get(TaskKey(TURN.sub("", frame)))
    if owner is None or owner.frame is None:
        return await library.of(await store.plan(plan))
    return await library.pinned(owner.frame)
