"""Alerts, activity records and custom scripts by their ids."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Annotated, Any

from pydantic import Field

from visionone_sim.errors import BadRequestError
from visionone_sim.scenarios.alert import Cast, draw_cast, write_alert
from visionone_sim.scenarios.evidence import endpoint_record
from visionone_sim.scenarios.models import CREDENTIAL_DUMPING, MODELS
from visionone_sim.services.control.door import MOST_SECONDS, Order
from visionone_sim.services.control.seeds.endpoints import endpoint_of
from visionone_sim.services.control.seeds.kind import Kind
from visionone_sim.services.control.seeds.values import Body, document, made, read
from visionone_sim.tenant.alerts import Alert
from visionone_sim.tenant.scripts import Script, ScriptFile
from visionone_sim.tenant.telemetry import ActivityKind, id_field
from visionone_sim.tenant.tenant import Tenant
from visionone_sim.wire import Json, wire_time


class AlertSeed(Order):
    """An alert alone: it leaves no files, records or programs, as one of `POST /_twin/alerts` does."""

    model: str = CREDENTIAL_DUMPING.key
    endpoints: tuple[str, ...] = ()
    """Names or GUIDs; none: it concerns nobody."""
    after: Annotated[float, Field(ge=0, le=MOST_SECONDS)] = 0
    alert: Annotated[dict[str, Any], Field(default_factory=dict)]
    """Fields that replace the written ones; null takes one away."""


class ActivitySeed(Order):
    kind: ActivityKind = "endpointActivities"
    endpoint: str | None = None
    """Name or GUID of the endpoint that it was observed on."""
    record: Annotated[dict[str, Any], Field(default_factory=dict)]


def _put_alert(tenant: Tenant, alert_id: str, body: Body) -> None:
    seed = read(AlertSeed, body)
    if seed.model not in MODELS:
        raise BadRequestError(f"There is no model {seed.model!r}; use one of {', '.join(MODELS)}.", target="model")
    if seed.alert.get("id", alert_id) != alert_id:
        raise BadRequestError(f"The id of the alert is {alert_id!r} by its path and cannot be another.", target="id")
    appears = tenant.clock.now() + timedelta(seconds=seed.after)
    chance = Random(alert_id)  # noqa: S311  # the same each time, not secret
    casts = _casts(tenant, chance, seed.endpoints)
    written = write_alert(chance, MODELS[seed.model], casts, alert_id=alert_id, created=appears)
    changed = {key: value for key, value in {**written, **seed.alert}.items() if value is not None}
    old = tenant.alerts.get(alert_id)
    version = 1 if old is None else old.version + (old.document != changed)
    try:
        tenant.alerts.put(Alert(document=changed, visible_since=appears, version=version))
    except ValueError as error:
        raise BadRequestError(f"The alert {alert_id!r} cannot be shown: {error}.") from error


def _casts(tenant: Tenant, chance: Random, names: Sequence[str]) -> list[Cast]:
    chosen = [endpoint_of(tenant, name) for name in names]
    others = {each.agent_guid: each.name for each in tenant.inventory.values()}
    casts = []
    for endpoint in chosen:
        other = next((name for guid, name in others.items() if guid != endpoint.agent_guid), endpoint.name)
        casts.append(draw_cast(chance, endpoint, other))
    return casts


def _find_alert(tenant: Tenant, alert_id: str) -> dict[str, Json] | None:
    alert = tenant.alerts.get(alert_id)
    if alert is None:
        return None
    return {"alert": alert.document, "visibleSince": wire_time(alert.visible_since), "etag": alert.etag}


def _remove_alert(tenant: Tenant, alert_id: str) -> None:
    tenant.notes.delete(alert_id, [str(note.id) for note in tenant.notes.on(alert_id)])
    tenant.alerts.remove(alert_id)


def _put_activity(tenant: Tenant, record_id: str, body: Body) -> None:
    seed = read(ActivitySeed, body)
    now = tenant.clock.now()
    record: dict[str, Any] = {"eventTime": int(now.timestamp() * 1000), "eventTimeDT": wire_time(now)}
    if seed.endpoint is not None:
        record |= endpoint_record(endpoint_of(tenant, seed.endpoint), now)
    field = id_field(seed.kind)
    if seed.record.get(field, record_id) != record_id:
        raise BadRequestError(f"The {field} of the record is {record_id!r} by its path, not {seed.record[field]!r}.")
    record |= {**seed.record, field: record_id}
    old = tenant.telemetry.find(record_id)
    try:
        tenant.telemetry.record(seed.kind, record)
    except (ValueError, OverflowError) as error:
        sentence = f"The eventTime {record['eventTime']!r} is no time; it is in milliseconds since 1970."
        raise BadRequestError(sentence, target="eventTime") from error
    if old is not None:
        tenant.telemetry.activities[old[0]].remove(old[1])


def _find_activity(tenant: Tenant, record_id: str) -> dict[str, Json] | None:
    found = tenant.telemetry.find(record_id)
    return {"kind": found[0], "record": found[1]} if found is not None else None


def _put_script(tenant: Tenant, script_id: str, body: Body) -> None:
    name = str(body.get("fileName", f"{script_id}.ps1"))
    defaults = {"file_name": name, "file_type": "bash" if name.endswith(".sh") else "powershell", "text": ""}
    script = made(Script, body, fixed={"id": script_id}, defaults=defaults)
    file = ScriptFile(
        file_name=script.file_name,
        file_type=script.file_type,
        content=script.text.encode(),
        description=script.description,
    )
    tenant.scripts.put(file.checked(script_id))


def _find_script(tenant: Tenant, script_id: str) -> dict[str, Json] | None:
    script = tenant.scripts.get(script_id)
    return document(script) if script is not None else None


ALERTS = Kind(put=_put_alert, find=_find_alert, remove=_remove_alert)
ACTIVITIES = Kind(
    put=_put_activity, find=_find_activity, remove=lambda tenant, record_id: tenant.telemetry.forget(record_id)
)
SCRIPTS = Kind(put=_put_script, find=_find_script, remove=lambda tenant, script_id: tenant.scripts.delete(script_id))
