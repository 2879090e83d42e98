"""The installed packs: which there are, installing, removing and bringing them back."""

import asyncio
import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import Field

from warroom.doors.answer import shaped
from warroom.doors.asked import Asked, Nothing
from warroom.doors.installed import PackShown, packs_of
from warroom.doors.local import DOOR, path_for
from warroom.doors.operation import reads, writes
from warroom.doors.usable import PackInstalled, PackLookedInto, installed, looked_into
from warroom.model.errors import ConflictError, ContentError, InvalidInputError, NotFoundError
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.packs.installing import Installed
from warroom.services.people.access import Permission


class OnePack(Asked):
    """A pack by its id, such as the name of its folder, or by its name."""

    pack: str = Field(max_length=300)


class OneInstalled(Asked):
    """A pack that a user installed, by its id or name, or a file of several by the file's name."""

    pack: str = Field(max_length=300)


class NewPack(Asked):
    """A pack to install: its content, or where it is on this machine."""

    as_typed = frozenset({"path", "content"})

    name: str = Field(default="", max_length=300, description="The file's name, such as MyPack.zip.")
    content: str = Field(default="", description="The zip or yml, in Base64.")
    path: str = ""  # of this machine, for callers on it


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousShown:
    """A pack that was replaced or removed, when and by whom; `file` is what it was installed as."""

    id: str
    name: str
    version: str
    file: str
    by: str
    at: datetime


@reads("pack.list", Permission.SEE)
async def list_packs(app: App, _asked: Nothing, actor: Actor) -> list[PackShown]:
    """List the installed packs with what is in them."""
    return packs_of(app.library.packs, actor)


@reads("pack.show", Permission.SEE, NotFoundError)
async def show_pack(app: App, asked: OnePack, actor: Actor) -> PackLookedInto:
    """Return what is in an installed pack, what of it cannot run here and why, and what to do about it."""
    found = [pack for pack in app.library.packs if asked.pack in {pack.id, pack.name}]
    if not found:
        raise NotFoundError(f"There is no pack {asked.pack!r}. `warroom pack list` shows those that are installed.")
    pack = found[-1]
    return await asyncio.to_thread(looked_into, pack, app.library.catalogue, path_for(actor, pack.path))


@reads("pack.previous", Permission.SEE)
async def list_previous(app: App, _asked: Nothing, actor: Actor) -> list[PreviousShown]:
    """List the packs that were replaced or removed, and can be brought back."""
    return [shaped(PreviousShown, pack) for pack in await app.installing.previous(actor)]


@writes("pack.install", Permission.MANAGE_PACKS, ContentError, ConflictError, NotFoundError)
async def install_pack(app: App, asked: NewPack, actor: Actor) -> list[PackInstalled]:
    """Install a pack, which is used at once; it replaces the one with the same id, which can be brought back."""
    if asked.path and actor.door == DOOR:
        found = await app.installing.install(Path(asked.path), actor)
    elif asked.content:
        found = await app.installing.upload(asked.name, _decoded(asked.content), actor)
    else:
        raise InvalidInputError("There is no pack in the request. Give a zip or yml, in Base64, as 'content'.")
    return await asyncio.to_thread(_shown, app, found, actor)


@writes("pack.remove", Permission.MANAGE_PACKS, NotFoundError, ConflictError)
async def remove_pack(app: App, asked: OneInstalled, actor: Actor) -> None:
    """Remove a pack that a user installed; it can be brought back."""
    await app.installing.remove(asked.pack, actor)


@writes("pack.restore", Permission.MANAGE_PACKS, ContentError, ConflictError, NotFoundError)
async def restore_pack(app: App, asked: OneInstalled, actor: Actor) -> list[PackInstalled]:
    """Bring back a pack that was replaced or removed; the version installed now is kept in its place."""
    return await asyncio.to_thread(_shown, app, await app.installing.restore(asked.pack, actor), actor)


def _shown(app: App, found: Installed, actor: Actor) -> list[PackInstalled]:
    catalogue = app.library.catalogue
    return [
        installed(pack, catalogue, found.replaced.get(pack.id, ""), path_for(actor, pack.path)) for pack in found.packs
    ]


def _decoded(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInputError(f"The pack's content is not in Base64: {error}. Encode the file.") from None
