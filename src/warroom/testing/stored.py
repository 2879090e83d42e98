"""Copies values as a real store does: through JSON, without shared objects."""

import json
from collections.abc import Mapping
from dataclasses import replace

from warroom.model.errors import InvalidInputError
from warroom.model.json import Json, JsonObject
from warroom.services.ports.store import Changes


def as_json(value: Json) -> Json:
    """Return a value as a real store would: through JSON, as a new object."""
    try:
        return json.loads(json.dumps(value))
    except (TypeError, ValueError) as error:
        raise InvalidInputError(f"A value to be stored is not JSON: {error}.") from error


def as_json_object(value: Mapping[str, Json]) -> JsonObject:
    return dict(as_json(dict(value)))


def as_stored(changes: Changes) -> Changes:
    """Return a commit without shared objects in it."""
    last_run, snapshot = changes.last_run, changes.snapshot
    return replace(
        changes,
        incidents=[
            replace(incident, custom_fields=as_json_object(incident.custom_fields)) for incident in changes.incidents
        ],
        entries=[
            replace(entry, contents=as_json(entry.contents), context=as_json_object(entry.context))
            for entry in changes.entries
        ],
        patches=[replace(patch, value=as_json(patch.value)) for patch in changes.patches],
        tasks=[replace(task, inputs=as_json_object(task.inputs)) for task in changes.tasks],
        last_run=last_run and replace(last_run, value=as_json_object(last_run.value)),
        snapshot=snapshot and replace(snapshot, context=as_json_object(snapshot.context)),
    )
