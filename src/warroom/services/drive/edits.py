"""What a task changes of its incident, as an edit of the incident as it is when that is committed."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime

from warroom.content.catalogue import Catalogue
from warroom.model.incident import Incident
from warroom.model.json import Json
from warroom.services.drive.performed import Performed
from warroom.services.execution.fields import with_fields
from warroom.services.journal import Edit


def edit_of(performed: Performed, catalogue: Catalogue, now: datetime) -> Edit | None:
    """Give the edit that a performance asks for; None when it leaves the incident alone."""
    base, changed = performed.base, performed.outcome.incident
    if (base is None or changed is None) and not performed.fields:
        return None

    def edit(current: Incident) -> Incident:
        after = rebased(base, changed, current) if base and changed else current
        return replace(with_fields(catalogue, after, performed.fields), modified=now)

    return edit


def together(edits: Sequence[Edit]) -> Edit:
    """Give one edit that makes all of them, in order."""

    def edit(current: Incident) -> Incident:
        for each in edits:
            current = each(current)
        return current

    return edit


def rebased(base: Incident, changed: Incident, current: Incident) -> Incident:
    """Apply the difference between two versions of an incident to a third."""
    difference: dict[str, Json] = {}
    for item in fields(Incident):
        value = getattr(changed, item.name)
        if value != getattr(base, item.name):
            difference[item.name] = value
    if "custom_fields" in difference:
        touched = {key: value for key, value in changed.custom_fields.items() if base.custom_fields.get(key) != value}
        difference["custom_fields"] = dict(current.custom_fields) | touched
    return replace(current, **difference)
