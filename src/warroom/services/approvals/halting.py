"""The emergency stop, where an action is about to leave: what is paused holds it, and what has left is known."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from warroom.model.errors import ConflictError
from warroom.model.halt import Halt, Held
from warroom.services.execution.targets import Resolved, Target, instance_id, instance_name
from warroom.services.ports.halts import Halts

COLLECTS_EVIDENCE = ("trendmicro-visionone-collect-*",)  # actions by their yml, but they change nothing on a host


@dataclass(frozen=True, slots=True, kw_only=True)
class Halting:
    """Says whether an action is held. `goes_on` are patterns of actions that no halt holds: they collect evidence."""

    halts: Halts
    goes_on: tuple[str, ...] = COLLECTS_EVIDENCE
    _departing: set[asyncio.Event] = field(default_factory=set)

    async def over(self, resolved: Resolved, targets: Sequence[Target]) -> Held | None:
        """Give what holds a command; None when it changes nothing, collects evidence, or is not paused."""
        if not resolved.is_action:
            return None
        names = tuple(name for target in targets if (name := instance_name(target)))
        ids = tuple(found for target in targets if (found := instance_id(target)))
        return await self.over_named(resolved.name, names, ids)

    async def over_named(self, command: str, instances: tuple[str, ...], ids: tuple[str, ...] = ()) -> Held | None:
        """Give what holds an action on these instances."""
        if self.is_let_pass(command):
            return None
        halt = next((halt for halt in await self.halts.all() if _holds(halt, instances, ids)), None)
        return Held(command=command, halt=halt, instances=instances, instance_ids=ids) if halt else None

    def is_let_pass(self, command: str) -> bool:
        """Whether an action collects evidence, which goes on."""
        return any(fnmatchcase(command.casefold(), pattern.strip().casefold()) for pattern in self.goes_on)

    async def refuse(self, resolved: Resolved, targets: Sequence[Target]) -> None:
        """Raise ConflictError when a command is held."""
        if held := await self.over(resolved, targets):
            raise ConflictError(held.refusal)

    @asynccontextmanager
    async def departing(self) -> AsyncIterator[None]:
        """Look and commit an intent inside of this: who pauses waits until it is written, and can say what has left."""
        through = asyncio.Event()
        self._departing.add(through)
        try:
            yield
        finally:
            self._departing.discard(through)
            through.set()

    async def all_departed(self) -> None:
        """Wait until whatever looked before now has committed its intent, or has been held."""
        for through in list(self._departing):
            await through.wait()


def _holds(halt: Halt, instances: Collection[str], ids: Collection[str]) -> bool:
    if not halt.instance or halt.instance_id in ids:
        return True
    return halt.instance.casefold() in {name.casefold() for name in instances}
