"""The port of the simulated tenant that the console can start for users without a Vision One."""

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
        """Start it, or return the running one; it ends with the server. Raises UnavailableError."""
        ...
