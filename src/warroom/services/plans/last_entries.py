"""`lastCompletedTaskEntries`: the entries of the task that ended last, for tasks that read them."""

from warroom.model.ids import EntryId, IncidentId, PlanId, TaskKey
from warroom.services.ports.store import EntryQuery, Store

LAST_ENTRIES = "lastCompletedTaskEntries"
LOOKED_AT = 500  # entries of the incident, the newest ones


async def last_entries(store: Store, incident: IncidentId, plan: PlanId | None, key: TaskKey | None) -> list[EntryId]:
    """Return the entries of the task of the same (sub-)playbook that ended last and wrote any, in order.

    Tasks that write nothing, such as titles and conditions, do not count.
    """
    if plan is None or key is None:
        return []
    frame = _frame(key)
    ended = {
        record.key: record.ended
        for record in await store.tasks(plan)
        if record.ended and record.key != key and _frame(record.key) == frame
    }
    written: dict[TaskKey, list[EntryId]] = {}
    for entry in await store.find_entries(EntryQuery(incident=incident, limit=LOOKED_AT)):
        if entry.plan == plan and entry.task in ended:
            written.setdefault(entry.task, []).append(entry.id)
    in_order = sorted(written, key=lambda one: ended[one])  # those that ended together: as they wrote
    return written[in_order[-1]] if written else []


def _frame(key: TaskKey) -> str:
    return key.rpartition("/")[0]
