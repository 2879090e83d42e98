"""Messages to people in memory."""

from collections.abc import Sequence
from datetime import datetime

from warroom.services.ports.notices import Delivery, Sent


class MemoryDeliveries:
    """Implements the Deliveries port."""

    def __init__(self) -> None:
        self._held: dict[str, Delivery] = {}

    async def all(self) -> Sequence[Delivery]:
        return sorted(self._held.values(), key=lambda one: (one.at, one.id))

    async def save(self, delivery: Delivery) -> None:
        self._held[delivery.id] = delivery

    async def forget(self, before: datetime) -> None:
        self._held = {name: one for name, one in self._held.items() if one.at >= before or one.state is Sent.WAITING}
