"""The figures of the process and of the queue, in the format of Prometheus."""

from collections.abc import Mapping

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Gauge, generate_latest

from warroom.model.incident import Status
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.ports.store import IncidentQuery

OPEN = {
    "connections": "Open connections of the console, WebSockets too; not those of trusted proxies.",
    "requests": "Requests under way and open WebSockets of the console, those through proxies too.",
}
MEDIA_TYPE = CONTENT_TYPE_LATEST


async def figures(app: App, actor: Actor, opened: Mapping[str, int]) -> bytes:
    """Return the figures that this actor may see, and what is open at the console's port; its type is `MEDIA_TYPE`."""
    registry = CollectorRegistry()
    for kind, count in opened.items():
        Gauge(f"warroom_{kind}_open", OPEN[kind], registry=registry).set(count)
    incidents = Gauge("warroom_incidents", "Incidents by status.", ["status"], registry=registry)
    for status in Status:
        count = await app.incidents.count(IncidentQuery(status=status), actor)
        incidents.labels(status.name.lower()).set(count)
    waiting = Gauge("warroom_tasks_waiting_for_people", "Tasks that wait for an answer.", registry=registry)
    waiting.set(len(await app.plans.waiting_for_people(actor)))
    paused = Gauge("warroom_paused", "What is paused: instances, or everything.", registry=registry)
    paused.set(len(await app.pausing.halts(actor)))
    events = Gauge("warroom_events", "The last number of the event log.", registry=registry)
    events.set(await app.audit.last(actor))
    guessed = await app.guessing.now()
    wrong = Gauge("warroom_sign_ins_wrong", "Wrong passwords since an hour without one.", registry=registry)
    wrong.set(guessed.wrong if guessed else 0)
    standing = Gauge("warroom_standing", "Actions that have been in force for long.", ["command"], registry=registry)
    for held in await app.standings.long(actor):
        standing.labels(held.command).inc()
    await _proven(app, registry)
    await _fetches(app, actor, registry)
    return generate_latest(REGISTRY) + generate_latest(registry)


async def _proven(app: App, registry: CollectorRegistry) -> None:
    """Add the figures of integrity: whether evidence is whole, and the log sealed."""
    state = await app.scrubbing.state()
    damaged = Gauge("warroom_blobs_damaged", "Stored blobs that are not what was stored.", registry=registry)
    damaged.set(len(state.damages))
    checked = Gauge("warroom_blobs_checked", "Stored blobs that the slow check has read.", registry=registry)
    checked.set(state.blobs)
    unsealed = Gauge("warroom_events_unsealed", "Events that are not sealed yet.", registry=registry)
    unsealed.set(await app.sealing.waiting())


async def _fetches(app: App, actor: Actor, registry: CollectorRegistry) -> None:
    names = {instance.id: instance.name for instance in await app.instances.list(actor)}
    failures = Gauge("warroom_fetch_failures", "Fetches that failed in a row.", ["instance"], registry=registry)
    brought = Gauge(
        "warroom_fetch_last_brought_seconds", "When a fetch last brought something.", ["instance"], registry=registry
    )
    for state in (await app.fetching.states()).values():
        if name := names.get(state.instance):
            failures.labels(name).set(state.failures)
            brought.labels(name).set((state.brought or state.since).timestamp())
    concerns = Gauge("warroom_fetch_concerns", "Instances that fail, are silent or held.", ["kind"], registry=registry)
    for concern in await app.fetch_watch.concerns():
        concerns.labels(concern.kind.value).inc()
    aside = Gauge("warroom_records_set_aside", "Records that could not become incidents.", registry=registry)
    aside.set(len(await app.set_asides.list(actor)))
    about = "Records that pre-process rules dropped in the last 30 days."
    dropped = Gauge("warroom_records_dropped", about, ["instance", "rule"], registry=registry)
    for (instance, rule), count in (await app.set_asides.dropped_counts(actor)).items():
        dropped.labels(names.get(instance, instance), rule).set(count)
