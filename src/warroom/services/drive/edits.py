"""A task's changes to its incident, as an edit that is applied to the incident at commit time."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from warroom.content.catalogue import Catalogue
from warroom.model.incident import Incident, Mirror
from warroom.services.drive.performed import Performed
from warroom.services.execution.fields import with_fields
from warroom.services.writing.journal import Edit


def edit_of(performed: Performed, catalogue: Catalogue, now: datetime) -> Edit | None:
    """Return the edit that a performance wants; None when it does not change the incident."""
    base, changed = performed.base, performed.outcome.incident
    if (base is None or changed is None) and not performed.fields:
        return None

    def edit(current: Incident) -> Incident:
        after = rebased(base, changed, current) if base and changed else current
        return replace(with_fields(catalogue, after, performed.fields), modified=now)

    return edit


def together(edits: Sequence[Edit]) -> Edit:
    """Combine edits into one that makes all of them, in order."""

    def edit(current: Incident) -> Incident:
        for each in edits:
            current = each(current)
        return current

    return edit


def rebased(base: Incident, changed: Incident, current: Incident) -> Incident:
    """Apply the difference between two versions of an incident to a third."""
    difference: dict[str, Any] = {}
    for item in fields(Incident):
        value = getattr(changed, item.name)
        if value != getattr(base, item.name):
            difference[item.name] = value
    if "custom_fields" in difference:
        touched = {key: value for key, value in changed.custom_fields.items() if base.custom_fields.get(key) != value}
        difference["custom_fields"] = dict(current.custom_fields) | touched
    if "labels" in difference and changed.labels[: len(base.labels)] == base.labels:  # some were added, none taken
        difference["labels"] = tuple(dict.fromkeys([*current.labels, *changed.labels[len(base.labels) :]]))
    if "mirror" in difference and base.mirror and changed.mirror and current.mirror:
        difference["mirror"] = _mirror(base.mirror, changed.mirror, current.mirror)
    return replace(current, **difference)


def _mirror(base: Mirror, changed: Mirror, current: Mirror) -> Mirror:
    names = [item.name for item in fields(Mirror)]
    given = {name: getattr(changed, name) for name in names if getattr(changed, name) != getattr(base, name)}
    return replace(current, **given)
