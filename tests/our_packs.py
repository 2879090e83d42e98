"""Our own packs, read once for all tests of a process: reading them takes longer than most tests."""

from pathlib import Path

from warroom.content.pack import Pack
from warroom.services.packs.installed import installed_packs

NO_FOLDER = Path(__file__).parent / "no-home"  # of a user, who could have put more packs into it


def our_packs() -> list[Pack]:
    """Base, API modules and the responses, as each server has them; they are shared, and nobody may change them."""
    return installed_packs(NO_FOLDER)


def our_pack() -> Pack:
    """The one with integration, playbooks, mapping and layouts."""
    return our_packs()[-1]
