"""Records that a fetch could not take, or a rule has dropped: what they are, taking them after all, dropping them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from warroom.mapping.map_fields import UNREADABLE
from warroom.model.border import parsed
from warroom.model.errors import ConflictError, UnavailableError
from warroom.model.ids import InstanceId
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json
from warroom.model.sentence import ended
from warroom.model.user import Actor
from warroom.services.intake.fetch_page import RECORD_FAULTS, Page, Pages, Rest, Taken
from warroom.services.people.access import Permission, require
from warroom.services.ports.fetches import DroppedQuery, SetAside, Untaken

NEWEST = DroppedQuery()


@dataclass(frozen=True, slots=True)
class SetAsides:
    """What can be done with records that are set aside."""

    pages: Pages

    async def list(self, actor: Actor) -> Sequence[SetAside]:
        """Return the records that are set aside, oldest first."""
        require(actor, Permission.SEE)
        return await self.pages.store.set_aside()

    async def dropped(self, actor: Actor, query: DroppedQuery = NEWEST) -> Sequence[SetAside]:
        """Return records that pre-process rules dropped, newest first."""
        require(actor, Permission.SEE)
        return await self.pages.store.dropped(query)

    async def dropped_counts(self, actor: Actor) -> Mapping[tuple[InstanceId, str], int]:
        """Count the records that rules dropped and that are kept, by instance and rule."""
        require(actor, Permission.SEE)
        return await self.pages.store.dropped_counts()

    async def show(self, aside: str, actor: Actor) -> Untaken:
        """Return one record with its text; raises NotFoundError."""
        require(actor, Permission.SEE)
        return await self.pages.store.untaken(aside)

    async def replay(self, aside: str, actor: Actor) -> Taken:
        """Make an incident of a record, regardless of its size and of pre-process rules.

        Raises ConflictError when it still cannot be taken. Of two who replay or drop one at the same time, one does,
        and the other gets a NotFoundError.
        """
        require(actor, Permission.MANAGE_INSTANCES)
        untaken = await self.pages.store.untaken(aside)
        instance = await self._instance(untaken.aside)
        rest = Rest(actor=actor.name, settled=[untaken.aside], is_ruled=False)
        try:
            return await self.pages.commit(Page(instance=instance, records=[_read(untaken.record)], rest=rest))
        except UnavailableError:
            raise
        except RECORD_FAULTS as error:
            await self.pages.store.untaken(aside)  # raises NotFoundError when it was taken meanwhile
            raise ConflictError(
                f"Record {aside} still cannot be taken: {ended(str(error) or type(error).__name__)} It stays set aside."
            ) from error

    async def drop(self, aside: str, actor: Actor) -> SetAside:
        """Drop a record; the event log keeps who did that, and what it was."""
        require(actor, Permission.MANAGE_INSTANCES)
        found = (await self.pages.store.untaken(aside)).aside
        await self.pages.settle(found, actor.name)
        return found

    async def _instance(self, aside: SetAside) -> IntegrationInstance:
        instances: dict[InstanceId, IntegrationInstance] = {
            item.id: item for item in await self.pages.journal.instances()
        }
        if aside.instance not in instances:
            raise ConflictError(
                f"The instance {aside.instance_name} that record {aside.id} came from was removed. "
                f"`warroom fetch show {aside.id}` prints it, `warroom fetch drop {aside.id}` forgets it."
            )
        return instances[aside.instance]


def _read(record: str) -> Json:
    try:
        return parsed(record)
    except UNREADABLE:
        return record  # an incident with a note, that has it as text
