"""Writes one workbench alert in the API's shape, out of a detection model and who it happened to."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from visionone_sim.scenarios.models import DetectionModel, EntityType, Severity
from visionone_sim.tenant.endpoints import Endpoint
from visionone_sim.tenant.ids import draw_uuid
from visionone_sim.wire import wire_time

MODEL_NAMESPACE = uuid.UUID("6b0f6c1e-0c58-4c5e-8f2e-2b1a1d0c9a47")
# What draw_cast draws; texts of models may name these and nothing else.
WORDS = frozenset(
    {
        "host", "other_host", "account", "user", "mail", "identity", "domain", "url", "ip", "sha1", "sha256", "pid",
        "container",
    }
)  # fmt: skip
# The account of a program on a host without a logged-on user.
NOBODY_LOGGED_ON = r"LAB\SYSTEM"
SCORES: dict[Severity, tuple[int, int]] = {"low": (15, 34), "medium": (35, 59), "high": (60, 79), "critical": (80, 98)}
COUNTED: dict[EntityType, str] = {
    "account": "accountCount",
    "emailAddress": "emailAddressCount",
    "container": "containerCount",
    "cloudIdentity": "cloudIdentityCount",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """One affected endpoint, and the words that the model's texts may use about it."""

    endpoint: Endpoint
    words: dict[str, str]


@dataclass(frozen=True, slots=True)
class Entity:
    type: EntityType
    id: str
    value: str | dict[str, Any]


def draw_cast(rng: Random, endpoint: Endpoint, other_host: str) -> Cast:
    """Draw what is different in each alert."""
    account = next(iter(endpoint.login_accounts), NOBODY_LOGGED_ON)
    company, _, user = account.partition("\\")
    domain = f"{rng.choice(('cdn', 'sync', 'mail', 'update'))}-{rng.getrandbits(24):06x}.example"
    words = {
        "host": endpoint.name,
        "other_host": other_host,
        "account": account,
        "user": user,
        "mail": f"{user}@{company.lower()}.example",
        "identity": f"{user}@{company.lower()}.example",
        "domain": domain,
        "url": f"https://{domain}/{rng.getrandbits(32):08x}",
        "ip": f"203.0.113.{rng.randrange(1, 255)}",
        "sha1": f"{rng.getrandbits(160):040x}",
        "sha256": f"{rng.getrandbits(256):064x}",
        "pid": str(rng.randrange(1000, 30000)),
        "container": f"{rng.getrandbits(256):064x}",
    }
    return Cast(endpoint=endpoint, words=words)


def write_alert(
    rng: Random, model: DetectionModel, casts: Sequence[Cast], *, alert_id: str, created: datetime
) -> dict[str, Any]:
    """Return the alert as the API shows it."""
    filter_id = draw_uuid(rng)
    indicators = _indicators(model, casts, filter_id)
    moment = wire_time(created)
    return {
        "schemaVersion": "1.14",
        "id": alert_id,
        "status": "Open",
        "investigationStatus": "New",
        "investigationResult": "No Findings",
        "workbenchLink": f"https://portal.example/#/workbench/alerts/{alert_id}",
        "alertProvider": "SAE",
        "modelId": str(uuid.uuid5(MODEL_NAMESPACE, model.key)),
        "model": model.name,
        "modelType": "preset",
        "description": model.description,
        "score": rng.randint(*SCORES[model.severity]),
        "severity": model.severity,
        "createdDateTime": moment,
        "updatedDateTime": moment,
        "incidentId": alert_id.replace("WB-", "IC-", 1),
        "ownerIds": [],
        "impactScope": _impact_scope(model, casts, indicators),
        "indicators": indicators,
        "matchedRules": [_matched_rule(rng, model, filter_id, moment)],
    }


def _entities(model: DetectionModel, cast: Cast) -> list[Entity]:
    words = cast.words
    endpoint = cast.endpoint
    host = {"guid": endpoint.agent_guid, "name": endpoint.name, "ips": list(endpoint.ips)}
    known = {
        "host": Entity("host", endpoint.agent_guid, host),
        "account": Entity("account", words["account"], words["account"]),
        "emailAddress": Entity("emailAddress", words["mail"].upper(), words["mail"]),
        "container": Entity("container", words["container"], words["container"]),
        "cloudIdentity": Entity("cloudIdentity", words["identity"], words["identity"]),
    }
    return [known[kind] for kind in model.entities]


def _indicators(model: DetectionModel, casts: Sequence[Cast], filter_id: str) -> list[dict[str, Any]]:
    """Write the traces of each affected endpoint, related to that endpoint only."""
    seen = [(cast, trace) for cast in casts for trace in model.traces]
    return [
        {
            "id": number,
            "type": trace.type,
            "field": trace.field,
            "value": trace.value.format_map(cast.words),
            "relatedEntities": [_entities(model, cast)[0].id],
            "filterIds": [filter_id],
            "provenance": ["Alert"],
        }
        for number, (cast, trace) in enumerate(seen, start=1)
    ]


def _impact_scope(model: DetectionModel, casts: Sequence[Cast], indicators: list[dict[str, Any]]) -> dict[str, Any]:
    groups = [_entities(model, cast) for cast in casts]
    every = [entity for group in groups for entity in group]
    hosts = [cast.endpoint for cast in casts] if "host" in model.entities else []
    return {
        "desktopCount": sum(endpoint.kind == "desktop" for endpoint in hosts),
        "serverCount": sum(endpoint.kind == "server" for endpoint in hosts),
        **{name: sum(entity.type == kind for entity in every) for kind, name in COUNTED.items()},
        "entities": [
            {
                "entityType": entity.type,
                "entityValue": entity.value,
                "entityId": entity.id,
                "relatedEntities": [other.id for other in group if other is not entity],
                "relatedIndicatorIds": [
                    indicator["id"] for indicator in indicators if entity.id in indicator["relatedEntities"]
                ],
                "provenance": ["Alert"],
            }
            for group in groups
            for entity in group
        ],
    }


def _matched_rule(rng: Random, model: DetectionModel, filter_id: str, moment: str) -> dict[str, Any]:
    event_time = moment.replace("Z", ".000Z")
    return {
        "id": draw_uuid(rng),
        "name": model.rule,
        "matchedFilters": [
            {
                "id": filter_id,
                "name": model.name,
                "matchedDateTime": event_time,
                "mitreTechniqueIds": list(model.techniques),
                "matchedEvents": [{"uuid": draw_uuid(rng), "matchedDateTime": event_time, "type": model.event_type}],
            }
        ],
    }
