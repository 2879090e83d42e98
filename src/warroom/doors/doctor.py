"""The checks of `warroom doctor`: folder, keys, database, packs, instances, clock."""

import sqlite3
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from warroom.doors.asked import Nothing
from warroom.doors.operation import writes
from warroom.model.custody import Damage
from warroom.model.errors import DatabaseDamagedError, WarroomError
from warroom.model.instance import IntegrationInstance
from warroom.model.plan import WaitKind
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.intake.fetch_watch import ConcernKind
from warroom.services.people.access import Permission
from warroom.services.proof.layout import fingerprint

LATE_SECONDS = 60.0  # after which unsealed events are reported


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was looked at, what was found, and whether that is fine; when it is not, `found` says what now."""

    what: str
    found: str
    ok: bool


async def findings(app: App, actor: Actor) -> list[Finding]:
    """Run the checks one after another; each finding says what, whether it is fine, and what now when it is not."""
    checks = [
        _finding("data folder", str(app.home), ok=True),
        _key("secret key", app.home / "secret.key", "from WARROOM_SECRET_KEY"),
        _signing_key(app),
        await _database(app),
        await _sealed_log(app),
        _finding(
            "packs",
            ", ".join(f"{pack.id} {pack.version}" for pack in app.library.packs) or "none",
            ok=bool(app.library.packs),
        ),
        *_unreadable(app),
        _finding("clock", f"{app.clock.now():%Y-%m-%d %H:%M:%S} UTC", ok=True),
    ]
    checks += await _stored_bytes(app)
    checks += [
        _finding("paused", f"{halt.said} `{halt.end}` ends it.", ok=False) for halt in await app.pausing.halts(actor)
    ]
    checks += await _set_aside(app, actor)
    checks += [_finding("stands for long", one.said, ok=False) for one in await app.standings.long(actor)]
    if guessed := await app.guessing.concern():
        checks.append(_finding("sign-ins", guessed.said, ok=False))
    checks += [
        _finding("message", f"{one.state.value}, {one.title} to {one.to}: {one.error}", ok=False)
        for one in await app.notifying.troubles(actor)
    ]
    checks += [_finding("notify", said, ok=False) for said in await app.notifying.unheard(actor)]
    return [*checks, *await _instances(app, actor), *await _fetches(app, actor)]


def _unreadable(app: App) -> Iterator[Finding]:
    """Report the files of packs that cannot be read."""
    for pack in app.library.packs:
        for note in pack.unreadable:
            said = f"{pack.id} is installed without {note.file}:{note.line}: {note.message}"
            yield _finding("packs", said, ok=False)


async def _instances(app: App, actor: Actor) -> list[Finding]:
    """Test each instance; report what is missing, and the state of its mirroring."""
    instances = await app.instances.list(actor)
    if not instances:
        return [_finding("instances", "none; add one with `warroom instance add`", ok=False)]
    checks: list[Finding] = []
    for instance in instances:
        try:
            answer = (await app.instances.test(instance.name, await app.war_room.playground(actor), actor)).answer
        except WarroomError as error:
            answer = str(error)
        checks += _about_instance(instance.name, answer)
        checks += [_refused_origin(instance.name, origin) for origin in await _refused_origins(app, instance)]
        if health := app.mirroring.health(instance.id):
            said = health.mirrored.error or f"mirrored at {health.at:%H:%M:%S} UTC"
            checks.append(_finding(f"instance {instance.name} mirroring", said, ok=not health.mirrored.error))
    return checks


async def _fetches(app: App, actor: Actor) -> list[Finding]:
    """Say which instances fail, are silent or held, and how many records are set aside."""
    work = {ConcernKind.UNMIRRORED: "mirroring"}
    concerns = await app.fetch_watch.concerns()
    checks = [
        _finding(f"instance {one.instance.name} {work.get(one.kind, 'fetches')}", one.says, ok=False)
        for one in concerns
    ]
    if asides := await app.set_asides.list(actor):
        said = f"{len(asides)} could not become incidents; `warroom fetch list` says which and why"
        checks.append(_finding("records set aside", said, ok=False))
    if dropped := sum((await app.set_asides.dropped_counts(actor)).values()):
        said = f"{dropped} dropped by pre-process rules in the last 30 days; `warroom fetch dropped` says which"
        checks.append(_finding("records dropped", said, ok=True))
    return [*checks, *(_finding("pre-process rule", flaw, ok=False) for flaw in app.preprocess_rules.idle())]


def _about_instance(name: str, answer: str) -> list[Finding]:
    """Return the result of an instance's own test; each line after the first is something that it cannot do."""
    first, *lacks = answer.splitlines() or [""]
    what = f"instance {name}"
    return [_finding(what, first, ok=answer == "ok"), *(_finding(f"{what} lacks", line, ok=False) for line in lacks)]


async def _refused_origins(app: App, instance: IntegrationInstance) -> list[str]:
    """Return the addresses of this machine among an instance's settings that content may not read from."""
    return [
        origin
        for origin in await app.instances.local_origins(instance.params)
        if not instance.local_origins.get(origin)
    ]


def _refused_origin(name: str, origin: str) -> Finding:
    said = (
        f"{origin} is an address of this machine, from which content may not fetch files, so evidence there "
        f"is not saved; `warroom instance allow-origin {name}` allows it"
    )
    return _finding(f"files of instance {name}", said, ok=False)


async def _set_aside(app: App, actor: Actor) -> list[Finding]:
    """Name the tasks that were under way at several deaths of the process, and wait for a person since."""
    return [
        _finding(
            "set aside",
            f"task {task.key} ({task.name}) of plan {plan.id}, incident {plan.incident}, was under way at"
            f" {task.wait.data['deaths']} deaths of the process; `warroom task answer {plan.id} {task.key} retry`,"
            " skip or stop",
            ok=False,
        )
        for plan, task in await app.plans.waiting_for_people(actor)
        if task.wait and task.wait.kind is WaitKind.SET_ASIDE
    ]


async def _sealed_log(app: App) -> Finding:
    """Say how far the event log is sealed; a sealer that lags is a finding."""
    head, waiting = await app.sealing.head(), await app.sealing.waiting()
    since = (app.clock.now() - head.at).total_seconds() if head else 0.0
    sealed = f"sealed up to event {head.last}, seal {head.number}:{head.hash}" if head else "nothing is sealed yet"
    left = f"; {waiting} not sealed yet" if waiting else ""
    kept = f"; kept for {app.keeping.days:g} days" if app.keeping.days else ""
    is_late = await app.keeping.is_late()
    if is_late:
        kept += ", but older events are still there: `warroom audit verify` says whether the log is whole"
    return _finding("event log", f"{sealed}{left}{kept}", ok=not is_late and (not waiting or since < LATE_SECONDS))


async def _database(app: App) -> Finding:
    """Name the database, and check SQLite's whole file."""
    kind = f"SQLite {sqlite3.sqlite_version}" if app.store.exclusive else "PostgreSQL"
    try:
        found = await app.store.flaws()
    except DatabaseDamagedError as error:
        return _finding("database", str(error), ok=False)
    if not found:
        return _finding("database", kind, ok=True)
    said = (
        f"{kind}; its file is damaged ({found}). Stop the server, keep the file, and bring a copy back from a backup."
    )
    return _finding("database", said, ok=False)


async def _stored_bytes(app: App) -> list[Finding]:
    """Report the progress of the check of stored bytes; each damage is a line."""
    state = await app.scrubbing.state()
    checked = f"{state.blobs} blobs of {state.size:,} bytes checked; {state.shelves} of 256 shelves within the time"
    return [_finding("evidence", checked, ok=not state.damages), *map(_damage, state.damages)]


def _damage(damage: Damage) -> Finding:
    return _finding("evidence damaged", damage.said, ok=False)


def _signing_key(app: App) -> Finding:
    """Report the fingerprint of the signing key, which people compare when they check an export."""
    try:
        named = f"fingerprint {fingerprint(app.signer.public_key())}"
    except WarroomError as error:
        return _finding("signing key", str(error), ok=False)
    found = _key("signing key", app.home / "signing.key", "")
    return replace(found, found=f"{named}; {found.found}")


def _key(what: str, path: Path, elsewhere: str) -> Finding:
    if not path.exists():
        return _finding(what, elsewhere, ok=True)
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return _finding(what, f"{path} can be read by others (mode {mode:04o}); run chmod 600 on it", ok=False)
    return _finding(what, f"{path}, mode {mode:04o}", ok=True)


def _finding(what: str, found: str, *, ok: bool) -> Finding:
    return Finding(what=what, found=found, ok=ok)


@writes("doctor", Permission.MANAGE_INSTANCES)
async def doctor(app: App, _asked: Nothing, actor: Actor) -> list[Finding]:
    """Check folder, keys, database, packs, clock and evidence, and run the test of each instance."""
    return await findings(app, actor)
