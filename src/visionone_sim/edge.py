"""The edge of the twin: every request is read, checked against faults and keys, answered, recorded."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from urllib.parse import unquote

from starlette.datastructures import Headers, QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from visionone_sim.altered import altered_page
from visionone_sim.connections import Connections
from visionone_sim.errors import GatewayTimeoutError, InvalidCredentialsError, TooLargeError, VendorError
from visionone_sim.faults import Asked, Fault, FaultTable
from visionone_sim.operation_names import OperationNames
from visionone_sim.queries import header_text
from visionone_sim.rates import RateMeter
from visionone_sim.recorder import KEPT_BODY_BYTES, Recorder, SeenRequest, read_results
from visionone_sim.tenant.audit import AuditRecord
from visionone_sim.tenant.keys import ApiKey, find_key
from visionone_sim.tenant.links import DOWNLOADS
from visionone_sim.tenant.tenant import Tenant

API = "/v3.0"
UPLOAD = "/sandbox/files/analyze"
READING = frozenset({"GET", "HEAD"})
MULTI_STATUS = 207
HALF_A_DOCUMENT = b'{"items": [{"id": "'
FILTER_HEADERS = ("TMV1-Filter", "TMV1-Query")


class ClientGoneError(Exception):
    """The client closed the connection before it had sent its whole request."""


@dataclass(slots=True)
class Exchange:
    """One request on its way through the edge, and what became of its answer."""

    scope: Scope
    receive: Receive
    send: Send
    connections: Connections
    body: bytes = b""
    status: int | None = None
    sent_bytes: int = 0
    cut_after_bytes: int | None = None
    muted: bool = False
    extra_headers: dict[str, str] = field(default_factory=dict)
    holder: tuple[Tenant, ApiKey] | None = None
    """Whose key it carries, also when it is refused."""
    answers: bytes = b""
    """The body of a 207, which says what each target was answered."""
    on_end: Callable[["Exchange"], None] = lambda _exchange: None
    told: bool = False
    altered_by: Fault | None = None
    """What changes the page on its way to the client."""
    headers: Headers = field(init=False)
    _held: Message | None = None
    _taken: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self.headers = Headers(scope=self.scope)

    @property
    def method(self) -> str:
        return str(self.scope["method"])

    @property
    def path(self) -> str:
        return str(self.scope["path"])

    def date(self, now: datetime) -> None:
        """Have the answer say what time it is at the tenant."""
        self.extra_headers["date"] = format_datetime(now, usegmt=True)

    def asked(self) -> Asked:
        """Return the request as the table of faults looks at it."""
        query = QueryParams(self.scope["query_string"])
        return Asked(method=self.method, path=self.path, body=self.body, query=query, headers=self.headers)

    async def read_body(self, longest: int) -> None:
        """Take the whole body in, so that it can be matched, recorded and then handed on."""
        pieces: list[bytes] = []
        more = True
        while more:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise ClientGoneError
            pieces.append(message.get("body", b""))
            more = message.get("more_body", False)
            if sum(map(len, pieces)) > longest:
                raise TooLargeError(f"The request body is larger than {longest} bytes.")
        self.body = b"".join(pieces)

    def replay(self) -> Receive:
        """Return a receive that returns the body once."""
        pending = [{"type": "http.request", "body": self.body, "more_body": False}]

        async def receive() -> Message:
            return pending.pop() if pending else await self.receive()

        return receive

    def tell(self) -> None:
        """Record the result once, before the client gets the answer: a test can then read the log immediately."""
        if not self.told:
            self.told = True
            self.on_end(self)

    async def answer(self, message: Message) -> None:
        """Pass a piece of the answer on, unless a fault swallows or cuts it."""
        if self.muted:
            return
        if message["type"] == "http.response.start":
            self.status = message["status"]
            more = [(name.encode(), value.encode()) for name, value in self.extra_headers.items()]
            message = {**message, "headers": [*message.get("headers", ()), *more]}
            if self.status == MULTI_STATUS or self.altered_by is not None:
                self._held = message
                return
            self.tell()
        if self._held is not None:
            await self._answer_whole(self._held, message)
            return
        await self._pass_on(message)

    async def _answer_whole(self, start: Message, piece: Message) -> None:
        """Take in a whole answer before the client sees its beginning: a 207 is recorded, a page may be altered."""
        self._taken += piece.get("body", b"")
        if piece.get("more_body", False):
            return
        self._held = None
        body, kept = bytes(self._taken), start["headers"]
        if self.status == MULTI_STATUS:
            self.answers = body
        if self.altered_by is not None:
            body = altered_page(body, self.altered_by, self._url())
            kept = [(name, value) for name, value in kept if name.lower() != b"content-length"]
            kept.append((b"content-length", str(len(body)).encode()))
        self.tell()
        await self._pass_on({**start, "headers": kept})
        await self._pass_on({"type": "http.response.body", "body": body})

    def _url(self) -> str:
        """Return the address as the client wrote it."""
        return str(Request(self.scope).url)

    async def _pass_on(self, message: Message) -> None:
        body = message.get("body", b"")
        self.sent_bytes += len(body)
        if self.cut_after_bytes is not None and self.sent_bytes > self.cut_after_bytes:
            kept = len(body) - (self.sent_bytes - self.cut_after_bytes)
            await self.send({**message, "body": body[: max(kept, 0)], "more_body": True})
            await self.break_off()
            return
        await self.send(message)

    async def break_off(self) -> None:
        """Break the connection and wait until the server has noticed; later messages are dropped."""
        self.muted = True
        self.tell()
        self.connections.abort(self.scope.get("client"))
        while (await self.receive())["type"] != "http.disconnect":
            pass


class Edge:
    """ASGI middleware around the services."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        tenants: Callable[[], Sequence[Tenant]],
        recorder: Recorder,
        faults: FaultTable,
        connections: Connections,
        names: OperationNames,
    ) -> None:
        self._app = app
        self._names = names
        self._tenants = tenants
        self._recorder = recorder
        self._faults = faults
        self._connections = connections
        self._rates = RateMeter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _is_public(scope["path"]):
            await self._app(scope, receive, send)
            return
        exchange = Exchange(scope, receive, send, self._connections, on_end=self._record)
        exchange.date(self._tenants()[0].clock.now())
        try:
            await self._handle(exchange)
        except VendorError as error:
            await error.response()(scope, receive, exchange.answer)
        except ClientGoneError:
            pass
        exchange.tell()

    async def _handle(self, exchange: Exchange) -> None:
        await exchange.read_body(self._longest_body(exchange.path))
        fault = self._faults.hit(exchange.asked()) if self._faults else None
        if fault is None:
            await self._serve(exchange)
            return
        exchange.date(self._tenants()[0].clock.now() + timedelta(seconds=fault.clock_skew_seconds))
        exchange.altered_by = fault if fault.alters_pages else None
        await self._delay(fault.delay_seconds)
        if fault.when == "after":
            exchange.muted = True
            await self._serve(exchange)
            exchange.muted = False
        await self._break(exchange, fault)

    async def _delay(self, seconds: float) -> None:
        limit = self._tenants()[0].settings.gateway_timeout_seconds
        if 0 < limit <= seconds:
            await asyncio.sleep(limit)
            raise GatewayTimeoutError("The request took too long.")
        await asyncio.sleep(seconds)

    async def _break(self, exchange: Exchange, fault: Fault) -> None:
        if fault.drop:
            await exchange.break_off()
            return
        if fault.malformed:
            await Response(HALF_A_DOCUMENT, fault.status or 200, fault.headers, "application/json")(
                exchange.scope, exchange.receive, exchange.answer
            )
            return
        if fault.status is not None:
            response = JSONResponse(fault.envelope(), status_code=fault.status, headers=fault.headers)
            await response(exchange.scope, exchange.receive, exchange.answer)
            return
        exchange.cut_after_bytes = fault.cut_after_bytes
        await self._serve(exchange)

    async def _serve(self, exchange: Exchange) -> None:
        if exchange.path.startswith(f"{API}/"):
            self._admit(exchange)
        await self._app(exchange.scope, exchange.replay(), exchange.answer)

    def _admit(self, exchange: Exchange) -> None:
        """Check a request: a valid key, within the rate limit, with the permission."""
        exchange.holder = tenant, key = self._holder(exchange.headers.get("authorization"))
        now = tenant.clock.now()
        key.require_valid(now)
        exchange.extra_headers |= self._rates.count(key.token, tenant.settings, now)
        key.require(exchange.method, exchange.path.removeprefix(API), tenant.roles)
        exchange.scope.setdefault("state", {}).update(tenant=tenant, key=key)
        tenant.key_uses[key.id] = now

    def _holder(self, authorization: str | None) -> tuple[Tenant, ApiKey]:
        """Find the tenant that a key belongs to."""
        for tenant in self._tenants():
            key = find_key(tenant.keys, authorization)
            if key is not None:
                return tenant, key
        raise InvalidCredentialsError("The API key is missing or not valid.")

    def _audit(self, exchange: Exchange) -> None:
        """Log what changes something, as the API's own audit log does."""
        state = exchange.scope.get("state", {})
        if exchange.method in READING or "key" not in state:
            return
        tenant, key = state["tenant"], state["key"]
        _, _, category, *activity = exchange.path.split("/")
        tenant.audit.add(
            AuditRecord(
                logged=tenant.clock.now(),
                user=key.name,
                role=key.role,
                category=category,
                activity="/".join(activity),
                successful=exchange.status is not None and exchange.status < 400,
            )
        )

    def _longest_body(self, path: str) -> int:
        settings = self._tenants()[0].settings
        return settings.upload_max_bytes if path == f"{API}{UPLOAD}" else settings.body_max_bytes

    def _record(self, exchange: Exchange) -> None:
        self._audit(exchange)
        filters = (header_text(exchange.headers, name) for name in FILTER_HEADERS)
        tenant, key = exchange.holder or (None, None)
        self._recorder.add(
            SeenRequest(
                method=exchange.method,
                path=exchange.path,
                query=unquote(exchange.scope["query_string"].decode("latin-1")),
                filter=next((text for text in filters if text is not None), None),
                body=exchange.body[:KEPT_BODY_BYTES].decode("utf-8", "replace") if exchange.body else None,
                status=exchange.status,
                time=self._tenants()[0].clock.now(),
                operation=self._names.of(exchange.method, exchange.path),
                key=key.name if key is not None else None,
                tenant=self._number(tenant),
                body_cut=len(exchange.body) > KEPT_BODY_BYTES,
                results=read_results(exchange.answers),
            )
        )

    def _number(self, wanted: Tenant | None) -> int | None:
        return next((number for number, tenant in enumerate(self._tenants()) if tenant is wanted), None)


def _is_public(path: str) -> bool:
    return path.startswith((f"{API}/", f"{DOWNLOADS}/"))
