"""Resets an instance's fetch whose `lastRun` is in the future or another tenant's."""

from dataclasses import dataclass

from warroom.mapping.first_fetch import first_fetch
from warroom.model.errors import ConflictError, InvalidInputError
from warroom.model.instance import IntegrationInstance
from warroom.model.user import Actor
from warroom.services.instances.instances import Instances
from warroom.services.intake.fetching import Fetching
from warroom.services.people.access import Permission, require


@dataclass(frozen=True, slots=True, kw_only=True)
class WasReset:
    """An instance whose fetch was reset: what of its `lastRun` was in the future, if anything, and where it starts."""

    instance: str
    was: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resetting:
    """Makes an instance fetch as for the first time; records that are incidents already make no second one."""

    fetching: Fetching
    instances: Instances

    async def reset(self, name: str, reason: str, actor: Actor) -> WasReset:
        """Forget an instance's `lastRun`. Raises InvalidInputError without a reason, NotFoundError, ConflictError.

        A fetch that is under way ends first: what it has brought stays, and its `lastRun` is forgotten.
        """
        require(actor, Permission.MANAGE_INSTANCES)  # before the name is looked up
        if not reason.strip():
            raise InvalidInputError("A reset needs a reason, which the event log keeps. Give one.")
        instance = await self.instances.find(name, actor)
        if not instance.fetch:
            raise ConflictError(f"Instance {instance.name!r} does not fetch, so there is nothing to reset.")
        was = await self.fetching.forget_last_run(instance, reason.strip(), actor.name)
        return WasReset(instance=instance.name, was=was, says=self._says(instance, was))

    def _says(self, instance: IntegrationInstance, was: str) -> str:
        pages = self.fetching.pages
        integration = pages.library.catalogue.find_integration(instance.integration)
        setting = first_fetch(integration.params if integration else (), instance.params, pages.clock.now())
        begins = "from where its integration begins at a first fetch"
        if setting.at:
            begins = f"from {setting.at:%Y-%m-%d %H:%M} UTC on (its setting {setting.name} is {setting.value!r})"
        elif setting.value:
            begins = f"from {setting.value!r} on, as its setting {setting.name} says"
        before = f"Its lastRun named a time to come ({was}). " if was else ""
        return f"{before}Instance {instance.name} fetches {begins}; what is an incident already makes no second one."
