"""Evidence, for the local door: JSON in, one call of a use case, JSON out."""

from collections.abc import Mapping
from pathlib import Path

from warroom.model.border import clean
from warroom.model.errors import InvalidInputError
from warroom.model.ids import EntryId, IncidentId
from warroom.model.json import Json, JsonObject
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.exporting import Wanted
from warroom.services.uploading import pieces_of
from warroom.web.operation import Operation
from warroom.web.shapes import custody_json, entry_json, exported_json, restriction_json


async def list_evidence(app: App, asked: JsonObject, actor: Actor) -> Json:
    incident = IncidentId(str(asked["incident"])) if asked.get("incident") else None
    return [
        entry_json(entry, app.evidence.location(entry))
        for entry in await app.evidence.list(actor, incident)
        if entry.file
    ]


async def export_evidence(app: App, asked: JsonObject, actor: Actor) -> Json:
    target = Path(str(asked["path"]))
    try:
        path = await app.evidence.export(
            EntryId(str(asked["entry"])),
            target,
            actor,
            overwrite=bool(asked.get("overwrite")),
            why=str(asked.get("reason") or ""),
        )
    except OSError as error:
        raise InvalidInputError(
            f"{target} cannot be written ({error.strerror}). Name another file or folder."
        ) from error
    return {"entry": asked["entry"], "path": str(path)}


async def export_case(app: App, asked: JsonObject, actor: Actor) -> Json:
    """Export the evidence of an incident, all or some items, to a folder or a zip that others can check."""
    wanted = Wanted(
        incident=IncidentId(str(asked["incident"])),
        items=[EntryId(str(each)) for each in asked.get("items") or ()],
        with_damaged=bool(asked.get("with_damaged")),
        why=str(asked.get("reason") or ""),
    )
    path, exported = await app.exporting.to_path(
        wanted, Path(str(asked["path"])), actor, overwrite=bool(asked.get("overwrite"))
    )
    return {"path": str(path), **exported_json(exported)}


async def add_evidence(app: App, asked: JsonObject, actor: Actor) -> Json:
    """Keep a file of this machine as evidence."""
    path = Path(str(asked["path"]))
    name = str(asked.get("name") or clean(path.name))
    entry = await app.uploading.add(IncidentId(str(asked["incident"])), name, pieces_of(path), actor)
    return entry_json(entry, app.evidence.location(entry))


async def verify_evidence(app: App, asked: JsonObject, actor: Actor) -> Json:
    digest, intact = await app.evidence.verify(EntryId(str(asked["entry"])), actor)
    return {"entry": asked["entry"], "sha256": digest, "intact": intact}


async def delete_evidence(app: App, asked: JsonObject, actor: Actor) -> Json:
    """Delete an entry's file with a reason."""
    gone = await app.evidence.delete(EntryId(str(asked["entry"])), str(asked["reason"]), actor)
    return {"entry": asked["entry"], "removed": gone}


async def restrict_evidence(app: App, asked: JsonObject, actor: Actor) -> Json:
    """Keep the evidence of an incident for named people."""
    incident = IncidentId(str(asked["incident"]))
    people = [str(name) for name in asked.get("people") or []]
    await app.evidence.restrict(incident, people, str(asked["reason"]), actor)
    return restriction_json(await app.evidence.restriction(incident, actor))


async def list_custody(app: App, asked: JsonObject, actor: Actor) -> Json:
    """Give what happened to the evidence of an incident."""
    incident = await app.incidents.get(IncidentId(str(asked["incident"])), actor)
    after = int(asked.get("after") or 0)
    return [custody_json(event) for event in await app.evidence.custody(incident.id, actor, after)]


EVIDENCE_OPERATIONS: Mapping[str, Operation] = {
    "evidence.add": add_evidence,
    "evidence.custody": list_custody,
    "evidence.delete": delete_evidence,
    "evidence.export": export_evidence,
    "evidence.export_case": export_case,
    "evidence.list": list_evidence,
    "evidence.restrict": restrict_evidence,
    "evidence.verify": verify_evidence,
}
