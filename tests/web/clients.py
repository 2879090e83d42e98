"""The console over one data folder, asked by people of every role, without a socket in between."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx
from argon2 import PasswordHasher

from warroom.model.ids import EntryId, IncidentId
from warroom.model.user import SYSTEM, Role
from warroom.services.app import App
from warroom.services.people.passwords import Passwords
from warroom.web.app import make_app
from warroom.web.security import COOKIE
from warroom.web.simulator import SimulatedTenant

ORIGIN = "http://console"
PASSWORD = "correct horse battery"
WRITE = {"X-Warroom-Request": "1"}


class NoSimulator:
    """A simulator that gives an address where nobody answers."""

    async def start(self) -> SimulatedTenant:
        return SimulatedTenant(url="http://127.0.0.1:9", api_key="none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clients:
    """Clients by role, each signed in under the role's name; `nobody` is not."""

    app: App
    transport: httpx.ASGITransport
    reader: httpx.AsyncClient
    analyst: httpx.AsyncClient
    responder: httpx.AsyncClient
    admin: httpx.AsyncClient
    nobody: httpx.AsyncClient

    def of(self, role: Role | None) -> httpx.AsyncClient:
        client: httpx.AsyncClient = getattr(self, role.label if role else "nobody")
        return client

    async def incident(self, name: str = "Dump on FIN-LT-543", **more: Any) -> str:
        """Create an incident and give its id."""
        made, _ = await self.app.incidents.create(name, SYSTEM, **more)
        return made.id

    async def entry(self, text: str, incident: str) -> EntryId:
        return (await self.app.war_room.say(text, IncidentId(incident), SYSTEM)).id

    async def done(self, answer: httpx.Response) -> httpx.Response:
        """See the plan that a request started through to its end, or to a person."""
        assert answer.status_code < 300, answer.text
        await self.app.conductor.see_through(answer.json()["plan"])
        return answer


@asynccontextmanager
async def opened_clients(app: App) -> AsyncIterator[Clients]:
    server = make_app(app, NoSimulator())
    transport = httpx.ASGITransport(app=server)
    async with AsyncExitStack() as stack:

        async def client(cookies: Mapping[str, str]) -> httpx.AsyncClient:
            made = httpx.AsyncClient(transport=transport, base_url=ORIGIN, cookies=dict(cookies), headers=WRITE)
            return await stack.enter_async_context(made)

        signed_in = {role.label: await client({COOKIE: await session_of(app, role)}) for role in Role}
        yield Clients(app=app, transport=transport, nobody=await client({}), **signed_in)


def with_cheap_passwords(app: App) -> App:
    """Return the app with passwords that are cheap to hash; no test needs more."""
    passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    return replace(app, users=replace(app.users, passwords=passwords))


async def session_of(app: App, role: Role) -> str:
    """Make a user of this role, named like it, and sign in."""
    await app.users.create(role.label, PASSWORD, role, SYSTEM)
    token, _ = await app.users.sign_in(role.label, PASSWORD)
    return token
