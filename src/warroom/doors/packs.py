"""The installed packs."""

import asyncio

from pydantic import Field

from warroom.doors.asked import Asked, Nothing
from warroom.doors.installed import PackShown, packs_of
from warroom.doors.local import path_for
from warroom.doors.operation import reads
from warroom.doors.usable import PackLookedInto, looked_into
from warroom.model.errors import NotFoundError
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.people.access import Permission


class OnePack(Asked):
    """A pack by its id, such as the name of its folder, or by its name."""

    pack: str = Field(max_length=300)


@reads("pack.list", Permission.SEE)
async def list_packs(app: App, _asked: Nothing, actor: Actor) -> list[PackShown]:
    """List the installed packs with what is in them."""
    return packs_of(app.packs, actor)


@reads("pack.show", Permission.SEE, NotFoundError)
async def show_pack(app: App, asked: OnePack, actor: Actor) -> PackLookedInto:
    """Return what is in an installed pack, what of it cannot run here and why, and what to do about it."""
    found = [pack for pack in app.packs if asked.pack in {pack.id, pack.name}]
    if not found:
        raise NotFoundError(f"There is no pack {asked.pack!r}. `warroom pack list` shows those that are installed.")
    pack = found[-1]
    return await asyncio.to_thread(looked_into, pack, app.library.catalogue, path_for(actor, pack.path))
