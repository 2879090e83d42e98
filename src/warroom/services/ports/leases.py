"""Which workers live: each renews a lease in the database, and one that was silent for too long has lost it."""

from typing import Protocol

from warroom.model.ids import PlanId, WorkerId

NOBODY = WorkerId("nobody")  # has no lease: a plan that was left to it is anybody's, and its driver did not die


class Leases(Protocol):
    """Plans and jobs of a worker without a lease are taken over: it renews the lease before it takes any."""

    async def renew(self, worker: WorkerId) -> None:
        """Say that this worker lives; to be repeated every few seconds."""
        ...

    async def end(self, worker: WorkerId) -> None:
        """End this worker's lease: it drives nothing more."""
        ...

    async def living(self) -> frozenset[WorkerId]:
        """Return the workers that have a lease."""
        ...

    async def abandoned(self) -> list[PlanId]:
        """Return the plans in progress that no living worker drives."""
        ...
