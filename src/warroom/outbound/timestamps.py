"""Time stamps of an authority that is reached over HTTP."""

import hashlib

import httpx
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, TimeStampResponse, decode_timestamp_response

from warroom.model.errors import UnavailableError

SECONDS = 20.0
LARGEST_ANSWER = 1 << 20  # bytes; one with its certificates has some thousands
GRANTED = frozenset({0, 1})  # 1: with modifications, such as another accuracy
QUERY = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}


class HttpTimestamps:
    """Implements the TimestampAuthority port (RFC 3161, section 3.4)."""

    def __init__(self, url: str, seconds: float = SECONDS) -> None:
        self._url = url
        self._seconds = seconds

    @property
    def name(self) -> str:
        return _place(self._url)

    async def stamp(self, data: bytes) -> bytes:
        request = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).build()
        answer = await self._asked(request.as_bytes())
        try:
            response = decode_timestamp_response(answer)
        except ValueError as error:
            raise self._refused("answers with no time stamp") from error
        if response.status not in GRANTED:
            raise self._refused(f"refuses: {'; '.join(response.status_string) or f'status {response.status}'}")
        if not _is_of(response, data, request.nonce):
            raise self._refused("answers with a stamp of something else")
        return answer

    async def _asked(self, query: bytes) -> bytes:
        """Send the query; an answer that takes too long or is too large is cut off."""
        answer = bytearray()
        try:
            async with (
                httpx.AsyncClient(timeout=self._seconds) as client,
                client.stream("POST", self._url, content=query, headers=QUERY) as response,
            ):
                if response.status_code != httpx.codes.OK:
                    raise self._refused(f"answers with HTTP status {response.status_code}")
                async for piece in response.aiter_bytes():
                    answer += piece
                    if len(answer) > LARGEST_ANSWER:
                        raise self._refused(f"answers with more than {LARGEST_ANSWER:,} bytes")
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise self._refused(f"does not answer ({str(error) or type(error).__name__})") from error
        return bytes(answer)

    def _refused(self, what: str) -> UnavailableError:
        return UnavailableError(
            f"The export has no time stamp: the authority at {_place(self._url)} {what}. See the setting timestamp_url."
        )


def _is_of(response: TimeStampResponse, data: bytes, nonce: int | None) -> bool:
    info = response.tst_info
    return info.message_imprint.message == hashlib.sha256(data).digest() and info.nonce == nonce


def _place(url: str) -> str:
    """Return an address without the password that it may hold.

    >>> _place("http://me:secret@stamps.example:8080/tsa?key=1")
    'stamps.example'
    """
    try:
        return httpx.URL(url).host or "an address without a host"
    except httpx.InvalidURL:
        return "an address that is none"
