class LineTooLongError(Exception):
    """The other side sent a line longer than the limit."""


class Lines:
    """Cuts a stream of bytes into lines; reads each byte once, also in long lines."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._rest = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that are complete now, without their ends."""
        if b"\n" not in data:
            self._keep(data)
            return []
        *lines, rest = data.split(b"\n")
        if self._rest:
            lines[0] = bytes(self._rest) + lines[0]
            self._rest.clear()
        if rest:
            self._keep(rest)
        return lines

    def _keep(self, data: bytes) -> None:
        if len(self._rest) + len(data) > self._limit:
            raise LineTooLongError
        self._rest += data
