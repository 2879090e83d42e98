"""The control room of a running twin, from outside: what a test puts there, and what it reads back."""

import ssl
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic.alias_generators import to_camel

from visionone_sim.recorder import SeenRequest, read_seen
from visionone_sim.services.control.door import PREFIX
from visionone_sim.services.control.seeds.endpoints import read_endpoint
from visionone_sim.services.control.seeds.values import made
from visionone_sim.tenant.accounts import DomainAccount
from visionone_sim.tenant.endpoints import Endpoint, Process
from visionone_sim.tenant.mail import Message
from visionone_sim.tenant.scripts import Script
from visionone_sim.wire import JsonObject, wire_time

TIMEOUT_SECONDS = 60

T = TypeVar("T")


class ControlRoomError(Exception):
    """The twin refused an order; its sentence says why."""


class IncompleteLogError(Exception):
    """The log no longer has the whole period, so that missing entries prove nothing."""


def _nobody() -> ssl.SSLContext:
    # Reading this machine's certificates takes longer than a test, and a twin without TLS needs none.
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _drawn_id() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlRoom:
    """`/_twin` of the twin at an address on this machine; in this process or in another, it is the same."""

    url: str
    key: str | None = None
    """With several tenants in one twin: the key of the one that is meant."""
    trust: ssl.SSLContext = field(default_factory=_nobody)
    """For a twin with TLS: the certificates to trust."""
    new_id: Callable[[], str] = _drawn_id

    @property
    def seed(self) -> "Seed":
        return Seed(self)

    def asked(
        self,
        operation: str | None = None,
        *,
        status: int | None = None,
        contains: str | None = None,
        since: datetime | None = None,
        after: int = 0,
    ) -> list[SeenRequest]:
        """Return what was asked, in order: all, or of an operation such as `isolate` or `PATCH alerts/{id}`."""
        wanted = {
            "operation": operation,
            "status": status,
            "contains": contains,
            "since": wire_time(since) if since is not None else None,
            "after": after,
        }
        answer = self.call("GET", "requests", **wanted).json()
        if answer["dropped"]:
            raise IncompleteLogError(
                f"{answer['dropped']} requests have given way to newer ones; forget() before what you want to judge."
            )
        return [read_seen(document) for document in answer["items"]]

    def counts(self) -> dict[str, int]:
        """Return how often each operation was asked."""
        counted: dict[str, int] = self.call("GET", "requests/counts").json()["operations"]
        return counted

    def forget(self) -> None:
        """Clear the log."""
        self.call("DELETE", "requests")

    def state(self, part: str) -> list[JsonObject]:
        """Return one part of the tenant's state, such as endpoints, tasks or blockList."""
        found: list[JsonObject] = self.call("GET", "state", part=part).json()[part]
        return found

    def call(self, method: str, path: str, body: Any = None, /, **parameters: Any) -> httpx.Response:
        """Send an order and return the answer; a refusal is a ControlRoomError."""
        said = {"key": self.key, **parameters}
        given = {name: value for name, value in said.items() if value is not None}
        # A client that may meet TLS loads all certificates first, which takes longer than most orders.
        trust = self.trust if self.url.startswith("https:") else False
        with httpx.Client(verify=trust, trust_env=False, timeout=TIMEOUT_SECONDS) as client:
            answer = client.request(method, f"{self.url}{PREFIX}/{path}", params=given, json=body)
        if answer.is_error:
            raise ControlRoomError(answer.json()["error"]["message"])
        return answer


@dataclass(frozen=True, slots=True)
class Seed:
    """Puts what a test needs into the tenant, by an id of the test's own choice or by a drawn one.

    Fields are those of the tenant's values, in Python's spelling; what is left out has a sensible default.
    """

    room: ControlRoom

    def endpoint(self, **fields: Any) -> Endpoint:
        document = self.put("endpoints", fields)
        return read_endpoint(document["agentGuid"], document)

    def process(self, endpoint: str, pid: int, **fields: Any) -> Process:
        """Start a process on the endpoint of this GUID or name."""
        return _made(Process, self.put("processes", {"id": f"{endpoint}/{pid}", **fields}))

    def file(self, endpoint: str, path: str, **fields: Any) -> JsonObject:
        """Lay a file with a `text`, with bytes in `base64`, or of a `size`, onto the endpoint of this GUID or name."""
        return self.put("files", {"id": f"{endpoint}/{path}", **fields})

    def account(self, name: str, **fields: Any) -> DomainAccount:
        r"""Add an account of the cloud directory; `OPAD:LAB\anna` is one on the premises."""
        return _made(DomainAccount, self.put("accounts", {"id": name, **fields}))

    def mailbox(self, address: str, **fields: Any) -> JsonObject:
        return self.put("mailboxes", {"id": address, **fields})

    def message(self, **fields: Any) -> Message:
        return _made(Message, self.put("messages", fields))

    def alert(self, **fields: Any) -> JsonObject:
        """Show an alert of a `model` that concerns `endpoints`; `alert` replaces fields of its document."""
        shown: JsonObject = self.put("alerts", fields)["alert"]
        return shown

    def activity(self, **fields: Any) -> JsonObject:
        recorded: JsonObject = self.put("activities", fields)["record"]
        return recorded

    def script(self, **fields: Any) -> Script:
        return _made(Script, self.put("scripts", fields))

    def suspicious(self, kind: str, value: str, **fields: Any) -> JsonObject:
        return self.put("suspiciousObjects", {"id": f"{kind}/{value}", **fields})

    def exception(self, kind: str, value: str, **fields: Any) -> JsonObject:
        return self.put("exceptions", {"id": f"{kind}/{value}", **fields})

    def blocked(self, kind: str, value: str, **fields: Any) -> JsonObject:
        return self.put("blockList", {"id": f"{kind}/{value}", **fields})

    def put(self, kind: str, fields: dict[str, Any]) -> dict[str, Any]:
        """Put a thing of any kind there; `id` is its place in the path."""
        thing_id = fields.get("id") or self.room.new_id()
        body = {to_camel(name): value for name, value in fields.items() if name != "id"}
        document: dict[str, Any] = self.room.call("PUT", f"{kind}/{quote(thing_id, safe='')}", body).json()
        return document

    def remove(self, kind: str, thing_id: str) -> None:
        self.room.call("DELETE", f"{kind}/{quote(thing_id, safe='')}")


def _made(kind: type[T], document: dict[str, Any]) -> T:
    return made(kind, document, fixed={}, defaults={})
