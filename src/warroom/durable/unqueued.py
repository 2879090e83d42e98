"""No queue: what stands at the port of legs in a process that does not serve."""

from dataclasses import dataclass

from warroom.model.plan import Leg
from warroom.services.ports.legs import OnLeg


@dataclass(frozen=True, slots=True)
class Unqueued:
    """The legs of a process that does not serve: it drives what it starts; serving takes up what it leaves."""

    async def start(self, on_leg: OnLeg) -> None:
        """Take nothing."""

    async def stop(self) -> None:
        """Stop nothing."""

    async def enqueue(self, leg: Leg) -> None:
        """Leave it: serving looks through the rows when it starts."""
