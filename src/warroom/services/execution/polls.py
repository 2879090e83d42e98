"""The polls of a scheduled command: interim results share one entry of the War Room."""

from collections.abc import Sequence
from dataclasses import replace

from warroom.model.entry import Entry, EntryType
from warroom.services.commands.targets import Target, instance_id, instance_name
from warroom.services.execution.call import Call, Schedule
from warroom.services.execution.results import RawEntry


def is_interim(raw: RawEntry) -> bool:
    """Whether a result is interim, to be replaced by the next poll's; a file or an error never is."""
    return raw.schedule is not None and not raw.is_silent and not raw.file_id and raw.type is not EntryType.ERROR


def schedules_of(call: Call, raws: Sequence[RawEntry], entries: Sequence[Entry], target: Target) -> list[Schedule]:
    """Return the polls that results ask for, each with its instance and the entry that it replaces.

    `entries` are those of the results that say something, in order. A poll without a result does not change the entry.
    """
    if all(raw.schedule is None for raw in raws):
        return []
    told = dict(zip((number for number, raw in enumerate(raws) if not raw.is_silent), entries, strict=False))
    schedules = []
    for number, raw in enumerate(raws):
        if raw.schedule is None:
            continue
        line = told[number].id if is_interim(raw) and number in told else call.line
        schedules.append(
            replace(raw.schedule, instance=instance_name(target), instance_id=instance_id(target) or "", line=line)
        )
    return schedules
