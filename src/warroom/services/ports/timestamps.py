"""Time stamps: what proves later that something was there at a time, by the word of somebody else."""

from typing import Protocol


class TimestampAuthority(Protocol):
    """Stamps after RFC 3161."""

    @property
    def name(self) -> str:
        """What people know it by."""
        ...

    async def stamp(self, data: bytes) -> bytes:
        """Give the authority's answer in DER, as openssl reads it.

        Raises UnavailableError when it does not answer, or answers with no stamp of this.
        """
        ...
