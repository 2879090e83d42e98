"""Messages to people in memory."""

from collections.abc import Sequence
from dataclasses import replace

from warroom.services.ports.notices import Delivery


class MemoryDeliveries:
    """Implements the Deliveries port."""

    def __init__(self) -> None:
        self._held: dict[str, Delivery] = {}

    async def all(self) -> Sequence[Delivery]:
        return sorted(self._held.values(), key=lambda one: (one.at, one.id))

    async def save(self, deliveries: Sequence[Delivery]) -> None:
        self._held |= {one.id: replace(one, message=one.message or one.id) for one in deliveries}

    async def forget(self, ids: Sequence[str]) -> None:
        self._held = {name: one for name, one in self._held.items() if name not in ids}
