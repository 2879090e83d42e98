"""The simulated tenant that the console can start for somebody who has none; who runs it is the caller's business."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedTenant:
    """Where a simulated tenant answers."""

    url: str
    api_key: str = field(repr=False)


class Simulator(Protocol):
    """Starts the simulated tenant of a data folder."""

    async def start(self) -> SimulatedTenant:
        """Start it, or give the one that runs; it lasts as long as the server. Raises UnavailableError."""
        ...
