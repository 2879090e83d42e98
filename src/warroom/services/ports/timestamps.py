"""Time stamps: proof by a third party that something existed at a time."""

from typing import Protocol


class TimestampAuthority(Protocol):
    """Stamps after RFC 3161."""

    @property
    def name(self) -> str:
        """The authority's name, for people."""
        ...

    async def stamp(self, data: bytes) -> bytes:
        """Return the authority's answer in DER, as openssl reads it.

        Raises UnavailableError when it does not answer, or answers with no stamp of this.
        """
        ...
