"""What `warroom demo` plays: a twin, a runtime and one attack, until the evidence is in the War Room."""

import asyncio
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from warroom.bootstrap.opening import open_app
from warroom.bootstrap.settings import Settings
from warroom.cli import logs
from warroom.cli.demo_report import Report, investigate, print_report
from warroom.cli.demo_twin import TwinProcess, started_twin
from warroom.cli.demo_view import watch
from warroom.cli.door import user_name
from warroom.cli.ending import DEMO_SECONDS, bounded_end, end_within
from warroom.cli.output import console, print_json
from warroom.cli.own_door import OwnDoor
from warroom.cli.settings import read_settings
from warroom.cli.shell import war_room_prompt
from warroom.doors.local import local_actor
from warroom.model.errors import ConflictError, UnavailableError
from warroom.services.app import App
from warroom.store.folder import LOCK_FILE, lock_folder
from warroom.web.serving import serve_console
from warroom.web.signin import first_session

MARKER = "made-by-warroom-demo"
INTEGRATION = "VisionOneResponse"
INSTANCE = "vision-one-twin"
SPEED = 20.0  # content waits ten seconds at least between two polls; the demo should not
FETCH_SECONDS = 30.0  # of content time: 1.5 seconds
TIMEOUT = 60.0


def play_demo(home: Path, scenario: str, as_json: bool) -> bool:
    """Play the demo in this folder; returns whether the evidence is there and right."""
    logs.quiet()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    empty_folder(home)
    quiet = as_json or not sys.stdout.isatty()
    with started_twin(scenario, SPEED, home) as twin:
        settings = read_settings(
            home, allowed_origins=(twin.url,), speed=SPEED, fetch_seconds=FETCH_SECONDS, database_url=""
        )
        with bounded_end(DEMO_SECONDS) as end:
            report = asyncio.run(_play(settings, twin, end, quiet=quiet, as_json=as_json))
    if as_json:
        print_json(report.as_json())
    else:
        console().print(f"Folder and evidence stay in {home}", markup=False, soft_wrap=True)
    return report.is_right


def empty_folder(home: Path) -> None:
    """Make the demo's folder; the files of an earlier demo are removed, anything else is refused.

    Raises FolderInUseError when that demo still runs, ConflictError when the folder is not a demo's.
    """
    if home.is_dir() and any(home.iterdir()) and not (home / MARKER).exists():
        raise ConflictError(f"{home} is not empty and no demo made it. Name another folder with --home.")
    with lock_folder(home):
        for item in home.iterdir():
            if item.name not in {LOCK_FILE, MARKER}:
                _remove(item)
        (home / MARKER).touch()


def _remove(item: Path) -> None:
    if item.is_dir() and not item.is_symlink():
        shutil.rmtree(item)
    else:
        item.unlink()


def _leave(number: int, _: object) -> None:
    """Exit by unwinding, so that no twin stays behind; after a time limit the process is ended."""
    end_within(DEMO_SECONDS, 128 + number)
    sys.exit(128 + number)


async def _play(
    settings: Settings, twin: TwinProcess, end: Callable[[], None], *, quiet: bool, as_json: bool
) -> Report:
    async with open_app(settings, serve=True) as app:
        try:
            report = await _report(app, settings.home, twin, quiet=quiet)
            if not as_json:
                print_report(report)
            if not quiet:
                await _stay(app, settings.home, report.incident_id)
            return report
        finally:
            end()


async def _report(app: App, home: Path, twin: TwinProcess, *, quiet: bool) -> Report:
    """Watch the attack until its evidence is there; raises UnavailableError when that takes too long."""
    await _add_instance(app, twin)
    try:
        async with asyncio.timeout(TIMEOUT):
            await watch(app, quiet=quiet)
    except TimeoutError as error:
        raise UnavailableError(
            f"The demo did not end within {TIMEOUT:.0f} seconds. `warroom --home {home} incident list`"
            " shows how far it came."
        ) from error
    return await investigate(app, twin)


async def _stay(app: App, home: Path, incident: str | None) -> None:
    """Serve the console and a prompt until the person leaves the prompt."""
    async with serve_console(app, "127.0.0.1", None) as live_console:
        link = live_console.link(await first_session(app))
        console().print(f"The console; this link signs you in, once: {link}", markup=False, soft_wrap=True)
        await war_room_prompt(OwnDoor(app, user_name()), incident=incident, history=home / "shell_history")


async def _add_instance(app: App, twin: TwinProcess) -> None:
    params = {"url": twin.url, "isFetch": "true", "respond": "propose"}  # so that its plans end by themselves
    actor = local_actor(user_name())
    await app.instances.add(INSTANCE, INTEGRATION, params, {"apikey": twin.api_key}, actor)
    instance = await app.instances.find(INSTANCE, actor)
    await app.runtime.fetch_now(instance.id, actor)
