"""The emergency stop at the last moment before an action is sent: a pause holds it, and what was sent is recorded."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from warroom.model.errors import ConflictError
from warroom.model.halt import Halt, HeldAction
from warroom.services.commands.targets import Resolved, Target, instance_id, instance_name
from warroom.services.ports.halts import Halts

COLLECTS_EVIDENCE = ("trendmicro-visionone-collect-*",)  # actions by their yml, but they change nothing on a host


@dataclass(frozen=True, slots=True, kw_only=True)
class Halting:
    """Says whether an action is held. `goes_on` are patterns of actions that no halt holds: they collect evidence."""

    halts: Halts
    goes_on: tuple[str, ...] = COLLECTS_EVIDENCE
    _sending: set[asyncio.Event] = field(default_factory=set)

    async def over(self, resolved: Resolved, targets: Sequence[Target]) -> HeldAction | None:
        """Return the pause that holds a command; None when it changes nothing, collects evidence, or is not paused."""
        if not resolved.is_action:
            return None
        names = tuple(name for target in targets if (name := instance_name(target)))
        ids = tuple(found for target in targets if (found := instance_id(target)))
        return await self.over_named(resolved.name, names, ids)

    async def over_named(
        self, command: str, instances: tuple[str, ...], ids: tuple[str, ...] = ()
    ) -> HeldAction | None:
        """Return the pause that holds an action on these instances."""
        if self.is_let_pass(command):
            return None
        halt = next((halt for halt in await self.halts.all() if _holds(halt, instances, ids)), None)
        return HeldAction(command=command, halt=halt, instances=instances, instance_ids=ids) if halt else None

    def is_let_pass(self, command: str) -> bool:
        """Whether an action collects evidence: no halt holds it."""
        return any(fnmatchcase(command.casefold(), pattern.strip().casefold()) for pattern in self.goes_on)

    async def refuse(self, resolved: Resolved, targets: Sequence[Target]) -> None:
        """Raise ConflictError when a command is held."""
        if held := await self.over(resolved, targets):
            raise ConflictError(held.refusal)

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[None]:
        """Check for a pause and commit an intent inside of this: a pause waits for it, and then knows what was sent."""
        through = asyncio.Event()
        self._sending.add(through)
        try:
            yield
        finally:
            self._sending.discard(through)
            through.set()

    async def all_sent(self) -> None:
        """Wait until every action that was checked before now has committed its intent or is held."""
        for through in list(self._sending):
            await through.wait()


def _holds(halt: Halt, instances: Collection[str], ids: Collection[str]) -> bool:
    if not halt.instance or halt.instance_id in ids:
        return True
    return halt.instance.casefold() in {name.casefold() for name in instances}
