"""Installing, removing and bringing back packs of users; what a server runs from then on is what is installed then."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TypeAlias

from warroom.content.catalogue import Catalogue
from warroom.content.load import load_packs
from warroom.content.pack import Pack
from warroom.model.errors import ConflictError, ContentError, InvalidInputError, Location, NotFoundError
from warroom.model.event import PackChange
from warroom.model.user import Actor
from warroom.services.commands.library import Library
from warroom.services.packs.packing import readable_packs
from warroom.services.packs.user_packs import PreviousPack, UserPacks, is_same
from warroom.services.people.access import Permission, require
from warroom.services.ports.clock import Clock
from warroom.services.ports.store import Changes
from warroom.services.writing.journal import Journal

Begin: TypeAlias = Callable[[Catalogue], Awaitable[None]]
"""Begin the recurring work of instances that the catalogue before did not have."""

SUFFIXES = frozenset({".zip", ".yml", ".yaml"})
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """What was installed, and the versions of the same packs that it replaced, by id."""

    packs: Sequence[Pack]
    replaced: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Installing:
    """Changes which packs are installed, one change after the other.

    Plans that run keep the playbooks that they started with; commands and scripts are from then on the new ones.
    """

    home: Path
    library: Library
    journal: Journal
    begin: Begin
    clock: Clock
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def _folders(self) -> UserPacks:
        return UserPacks(self.home)

    async def install(self, path: Path, actor: Actor) -> Installed:
        """Install a folder, zip or yml of this machine; it replaces the packs of the same ids."""
        require(actor, Permission.MANAGE_PACKS)
        async with self._one_at_a_time:
            with self._folders.room() as scratch:
                packs = await asyncio.to_thread(readable_packs, path)
                return await self._install(packs, path, scratch, actor)

    async def upload(self, name: str, content: bytes, actor: Actor) -> Installed:
        """Install the content of a zip or yml; `name` is the file's own."""
        require(actor, Permission.MANAGE_PACKS)
        _refuse_name(name)
        async with self._one_at_a_time:
            with self._folders.room() as scratch, _relative_to(scratch):
                path = scratch / "arrived" / name
                path.parent.mkdir()
                await asyncio.to_thread(path.write_bytes, content)
                packs = await asyncio.to_thread(readable_packs, path)
                return await self._install(packs, path, scratch, actor)

    async def remove(self, name: str, actor: Actor) -> None:
        """Remove what users installed: a pack by its id or name, or all of a file by the file's name."""
        require(actor, Permission.MANAGE_PACKS)
        async with self._one_at_a_time:
            file = self._installed_file(name)
            packs, left = self._packs_in(file), self._besides([file])
            await self._refuse_lost(_in_order(left))
            await self._write("removed", packs, {}, actor)
            await asyncio.to_thread(self._folders.keep, file, packs, actor.name, self.clock.now())
            await self._use(_in_order(left))

    async def restore(self, name: str, actor: Actor) -> Installed:
        """Bring back the previous version of a pack, by its id, name or file; the one installed now is kept instead."""
        require(actor, Permission.MANAGE_PACKS)
        async with self._one_at_a_time:
            found = [each for each in self._folders.previous() if name in {each.id, each.name, each.file}]
            if not found:
                raise NotFoundError(f"There is no previous version of {name!r}. `warroom pack previous` lists them.")
            with self._folders.room() as scratch:
                kept = self._folders.place_of(found[-1].file)
                packs = await asyncio.to_thread(readable_packs, kept)
                return await self._install(packs, kept, scratch, actor, change="restored")

    async def previous(self, actor: Actor) -> Sequence[PreviousPack]:
        """List the packs that were replaced or removed and can be brought back."""
        require(actor, Permission.SEE)
        return await asyncio.to_thread(self._folders.previous)

    async def _install(
        self, packs: Sequence[Pack], path: Path, scratch: Path, actor: Actor, change: str = "installed"
    ) -> Installed:
        """Put what was read from a path into its place; all that can be refused is refused before anything changes."""
        target = self._folders.place_for(path)
        files = self._replaced(packs, target)
        replaced = {pack.id: pack.version for file in files for pack in self._packs_in(file)}
        left = self._besides(files)
        await self._refuse_lost(_in_order({**left, target: packs}))
        ready = await asyncio.to_thread(self._folders.copy, path, scratch)
        await self._write(change, packs, replaced, actor)
        installed = await asyncio.to_thread(self._exchange, files, ready, actor, path)
        await self._use(_in_order({**left, target: installed}))
        return Installed(packs=installed, replaced=replaced)

    def _exchange(self, files: Sequence[Path], ready: Path, actor: Actor, origin: Path) -> list[Pack]:
        """Take files away and bring what is ready into place; the packs are read again, so that they know where."""
        folders, now = self._folders, self.clock.now()
        folders.forget(origin)
        for file in files:
            if is_same(file, ready):  # installed once more: the version before it stays the one that is kept
                folders.drop(file)
            else:
                folders.keep(file, self._packs_in(file), actor.name, now)
        return load_packs([folders.put(ready)], whole=False)

    def _replaced(self, packs: Sequence[Pack], target: Path) -> list[Path]:
        """Return the installed files that these packs replace: of the same ids, and of the same name."""
        ids = {pack.id for pack in packs}
        files = []
        for file, held in self._by_file():
            known = {pack.id for pack in held}
            if file.name == target.name and known.isdisjoint(ids):
                raise ConflictError(
                    f"{target.name} is also the file of another installed pack, {_named(held)}. Rename the new file."
                )
            if not known.isdisjoint(ids) and not known <= ids and file.name != target.name:
                raise ConflictError(
                    f"{_named([pack for pack in held if pack.id in ids])} is installed with other packs as {file.name}."
                    f" Remove {file.name} first, or install all of its packs again."
                )
            if not known.isdisjoint(ids):
                files.append(file)
        return files

    def _by_file(self) -> list[tuple[Path, list[Pack]]]:
        """Return the packs of users by the file or folder that they are in, in its order."""
        of_users = [(file, pack) for pack in self.library.packs if (file := self._folders.file_of(pack))]
        ordered = sorted(of_users, key=lambda pair: pair[0])
        return [(file, [pack for _, pack in pairs]) for file, pairs in groupby(ordered, key=lambda pair: pair[0])]

    def _packs_in(self, file: Path) -> list[Pack]:
        return next((packs for known, packs in self._by_file() if known == file), [])

    def _besides(self, files: Sequence[Path]) -> dict[Path | None, Sequence[Pack]]:
        """Return what is installed besides some files: ours under None, those of users by the file that they are in."""
        ours = [pack for pack in self.library.packs if self._folders.file_of(pack) is None]
        return {None: ours, **{file: packs for file, packs in self._by_file() if file not in files}}

    def _installed_file(self, name: str) -> Path:
        by_file = self._by_file()
        for file, packs in by_file:
            if name == file.name:
                return file
            if any(name in {pack.id, pack.name} for pack in packs):
                if len(packs) > 1:
                    raise ConflictError(
                        f"{name!r} was installed with others as {file.name}: {_named(packs)}."
                        f" Name {file.name} to remove all of them."
                    )
                return file
        if any(name in {pack.id, pack.name} for pack in self.library.packs):
            raise ConflictError(
                f"{name!r} belongs to warroom and cannot be removed. Install a pack whose items take its place."
            )
        raise NotFoundError(f"There is no pack {name!r}. `warroom pack list` shows those that are installed.")

    async def _refuse_lost(self, packs: Sequence[Pack]) -> None:
        """Raise ConflictError where an instance would lose its integration."""
        after = Catalogue(packs)
        for instance in await self.journal.instances():
            had = self.library.catalogue.find_integration(instance.integration)
            if had and not after.find_integration(instance.integration):
                raise ConflictError(
                    f"The instance {instance.name!r} is one of the integration {instance.integration}, which would be"
                    " gone. Remove the instance first."
                )

    async def _write(self, change: str, packs: Sequence[Pack], replaced: dict[str, str], actor: Actor) -> None:
        """Commit who did it, before it is done."""
        changes = [PackChange(pack=each.id, version=each.version, change=change) for each in packs]
        was = [PackChange(pack=name, version=version, change="replaced") for name, version in replaced.items()]
        await self.journal.commit(Changes(actor=actor.name, at=self.clock.now(), packs=[*was, *changes], durable=True))

    async def _use(self, packs: Sequence[Pack]) -> None:
        """Take the packs into use, with the recurring work that instances have only with them."""
        before = self.library.catalogue
        self.library.use(packs)
        await self.begin(before)


def _in_order(packs: Mapping[Path | None, Sequence[Pack]]) -> list[Pack]:
    """Return all packs in the order of a start: ours, then those of users by the names of their files."""
    files = sorted(file for file in packs if file is not None)
    return [pack for file in (None, *files) for pack in packs[file]]


def _named(packs: Sequence[Pack]) -> str:
    return ", ".join(pack.id for pack in packs)


def _refuse_name(name: str) -> None:
    """Raise InvalidInputError for a name that is no file's, or is not that of a pack."""
    is_plain = name.isprintable() and not name.startswith(".") and not {"/", "\\"} & set(name)
    if not is_plain or not 0 < len(name.encode(errors="replace")) <= LONGEST_NAME:
        raise InvalidInputError("The file's name is empty, too long, hidden or a path. Give one such as MyPack.zip.")
    if Path(name).suffix not in SUFFIXES:
        raise InvalidInputError(f"{name!r} is no zip and no yml. Pack the folder as a zip.")


@contextmanager
def _relative_to(scratch: Path) -> Iterator[None]:
    """Leave the temporary folder out of errors."""
    try:
        yield
    except ContentError as error:
        if error.at is None or not error.at.path.is_relative_to(scratch):
            raise
        path = Path(*error.at.path.relative_to(scratch).parts[1:])
        raise ContentError(error.message, at=Location(path, error.at.line)) from None
