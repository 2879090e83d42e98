"""Requests of code over HTTP: to the outside, by addresses that were looked at before anything is sent."""

import asyncio
import codecs
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import BinaryIO
from urllib.parse import urljoin

import httpx

from warroom.model.errors import ForbiddenError, InvalidInputError, UnavailableError
from warroom.services.execution.local_origins import is_here, origin_of
from warroom.services.ports.outgoing import Headers, HttpAnswer, HttpRequest

SECONDS = 60.0  # without a sign of the other side
MOST_REDIRECTS = 10
LARGEST_BODY = 10 << 20
# What an origin may see that was not the one asked: no key, no cookie.
FIT_FOR_STRANGERS = frozenset({"accept", "accept-encoding", "content-type", "user-agent"})
NOT_OF_TEXT = frozenset(
    {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"}
)  # encodings of Python
SENT_BY_US = frozenset({"host", "content-length", "transfer-encoding", "connection"})
TRUST = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks for one run; `environment` has what code gets: proxies, and whom to trust."""

    environment: Mapping[str, str]

    async def ask(self, request: HttpRequest, allowed: Collection[str]) -> HttpAnswer:
        asked = request
        origins = {origin_of(one) for one in allowed}
        for _ in range(MOST_REDIRECTS):
            async with self._client(asked) as client, self._answered(client, asked, origins) as response:
                target = response.headers.get("Location") if response.has_redirect_location else None
                if target is None:
                    return await _read(response, asked)
            asked = _redirected(asked, response.status_code, _joined(asked.url, target))
        raise UnavailableError(f"{shown(request.url)} redirects more than {MOST_REDIRECTS} times; check the address.")

    def _client(self, request: HttpRequest) -> httpx.AsyncClient:
        """Make a client for one request: a redirect to the other scheme has another proxy, or none."""
        proxy = self._proxy(request)
        try:
            trusted = self._trusted(request)
        except OSError as error:
            raise UnavailableError(
                f"The certificates to trust cannot be read ({_said(error)}); correct {' or '.join(TRUST)}."
            ) from None
        try:
            return httpx.AsyncClient(timeout=SECONDS, trust_env=False, verify=trusted, proxy=proxy)
        except (httpx.InvalidURL, ImportError, ValueError):  # ImportError: of a kind that needs another library
            raise UnavailableError(
                f"The proxy {shown(proxy or '')} cannot be used; write it as http://HOST:PORT in the settings."
            ) from None

    def _proxy(self, request: HttpRequest) -> str | None:
        if not request.proxy:
            return None
        name = f"{origin_of(request.url).partition(':')[0]}_proxy"
        found = self.environment.get(name) or self.environment.get(name.upper())
        return f"http://{found}" if found and "://" not in found else found or None

    def _trusted(self, request: HttpRequest) -> ssl.SSLContext | bool:
        if not request.verify:
            return False
        bundle = next(filter(None, map(self.environment.get, TRUST)), None)
        return ssl.create_default_context(cafile=bundle) if bundle else True

    @asynccontextmanager
    async def _answered(
        self, client: httpx.AsyncClient, request: HttpRequest, allowed: Collection[str]
    ) -> AsyncIterator[httpx.Response]:
        addresses = await _addresses(request.url, allowed)
        try:
            response = await _sent(client, request, [""] if self._proxy(request) else addresses)
        except httpx.LocalProtocolError:  # whose text shows a header's value
            raise InvalidInputError(
                f"The request to {shown(request.url)} cannot be made: its method or a header has a character that HTTP "
                "does not allow, such as the end of a line. Remove it."
            ) from None
        except (httpx.HTTPError, OSError) as error:
            raise UnavailableError(f"{origin_of(request.url)} does not answer ({_said(error)}).") from None
        except (httpx.InvalidURL, ValueError) as error:
            raise InvalidInputError(f"The request to {shown(request.url)} cannot be made ({error}).") from None
        try:
            yield response
        finally:
            await response.aclose()


async def _sent(client: httpx.AsyncClient, request: HttpRequest, addresses: list[str]) -> httpx.Response:
    """Send a request to the first of the addresses that takes a connection."""
    *others, last = dict.fromkeys(addresses)
    for address in others:
        with suppress(httpx.ConnectError):
            return await _sent_to(client, request, address)
    return await _sent_to(client, request, last)


async def _sent_to(client: httpx.AsyncClient, request: HttpRequest, address: str) -> httpx.Response:
    auth = httpx.BasicAuth(request.user, request.password) if request.user else None
    if request.file is None:
        return await client.send(_request(client, request, address), auth=auth, stream=True)
    with request.file.open("rb") as file:
        return await client.send(_request(client, request, address, file), auth=auth, stream=True)


def _request(
    client: httpx.AsyncClient, request: HttpRequest, address: str, file: BinaryIO | None = None
) -> httpx.Request:
    """Make a request to an address, so that its name cannot lead elsewhere between the look-up and the connection."""
    url = httpx.URL(request.url)
    if not request.method.isascii():
        raise ValueError(f"{request.method} is no method")
    headers = [(name, value) for name, values in request.headers.items() for value in values]
    given = [(name, value) for name, value in headers if name.lower() not in SENT_BY_US]
    return client.build_request(
        request.method,
        url.copy_with(host=address) if address else url,
        headers=[("Host", url.netloc.decode("ascii")), *given],
        content=request.body.encode() if request.body else None,
        files=[
            *((name, (None, value.encode(), None)) for name, value in request.fields.items()),
            *([("file", (request.file_name, file, None))] if file else []),
        ]
        or None,
        extensions={"sni_hostname": url.raw_host.decode("ascii")} if address else {},
    )


async def _addresses(url: str, allowed: Collection[str]) -> list[str]:
    """Look a name up; refuse it when any of its addresses is off limits."""
    origin = origin_of(url)
    try:
        place = httpx.URL(origin)
    except (httpx.InvalidURL, ValueError):
        origin = ""
    if not origin:
        raise InvalidInputError(f"{shown(url)!r} is not an address of the web; write http:// or https:// and a host.")
    host = place.raw_host.decode("ascii")
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, place.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnavailableError(f"{host} has no address ({error}); check the name.") from None
    addresses = [str(one[4][0]) for one in found]
    refused = [one for one in addresses if is_here(ipaddress.ip_address(one.partition("%")[0]))]
    if refused and origin not in allowed:
        raise ForbiddenError(
            f"{origin} leads to {refused[0]}, an address of this machine or its link, and is refused; "
            f"`warroom serve --allow-origin {origin}` allows it, and where it is the address of an instance, "
            "`warroom instance allow-origin NAME`."
        )
    return addresses


def _joined(url: str, target: str) -> str:
    try:
        return urljoin(url, target)
    except ValueError:
        raise UnavailableError(f"{shown(url)} redirects to {shown(target)!r}, which is not an address.") from None


def _redirected(request: HttpRequest, status: int, target: str) -> HttpRequest:
    if origin_of(target) != origin_of(request.url):
        fit = {name: values for name, values in request.headers.items() if name.lower() in FIT_FOR_STRANGERS}
        request = replace(request, headers=fit, user="", password="")
    if status == httpx.codes.SEE_OTHER or (status in {301, 302} and request.method == "POST"):
        request = replace(request, method="HEAD" if request.method == "HEAD" else "GET", body="", fields={}, file=None)
    return replace(request, url=target)


async def _read(response: httpx.Response, request: HttpRequest) -> HttpAnswer:
    body = bytearray()
    try:
        if request.into is not None:
            if not response.is_success:  # an error page is not the file that was wanted
                said = f"{response.status_code} {response.reason_phrase}".strip()
                raise UnavailableError(f"{shown(request.url)} answered {said}; no file was saved.")
            with request.into.open("wb") as file:
                async for piece in response.aiter_bytes():
                    await asyncio.to_thread(file.write, piece)
        else:
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > LARGEST_BODY:
                    raise UnavailableError(
                        f"The answer of {shown(request.url)} is longer than {LARGEST_BODY:,} bytes; "
                        "ask for it with SaveToFile: true."
                    )
    except (httpx.HTTPError, OSError) as error:
        raise UnavailableError(f"The answer of {origin_of(request.url)} broke off ({_said(error)}).") from None
    charset = response.charset_encoding or "utf-8"
    return HttpAnswer(
        status=response.status_code,
        reason=response.reason_phrase,
        headers=_headers(response),
        body=_decoded(bytes(body), charset),
    )


def _headers(response: httpx.Response) -> Headers:
    """Return the headers by their names as Go spells them, which XSOAR's code knows."""
    found: dict[str, list[str]] = {}
    for name, value in response.headers.multi_items():
        found.setdefault("-".join(part.capitalize() for part in name.split("-")), []).append(value)
    return found


def _decoded(body: bytes, charset: str) -> str:
    try:
        is_text = codecs.lookup(charset).name.replace("_", "-") not in NOT_OF_TEXT
        return body.decode(charset if is_text else "utf-8", "replace")
    except (LookupError, ValueError):  # no encoding, or one of bytes
        return body.decode("utf-8", "replace")


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__


def shown(url: str) -> str:
    """Return an address without user, query and fragment, which may hold credentials.

    >>> shown("https://ann:secret@host/a?key=b#c")
    'https://host/a'
    """
    head = url.partition("?")[0].partition("#")[0]
    scheme, there, rest = head.partition("//")
    place, slash, path = rest.partition("/")
    return f"{scheme}{there}{place.rpartition('@')[2]}{slash}{path}"
