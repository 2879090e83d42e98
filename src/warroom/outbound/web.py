"""The web, as code that has no network of its own may ask it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from warroom.services.ports.outgoing import HttpAnswer, HttpRequest


@dataclass(frozen=True, slots=True)
class Web:
    """Implements the Outgoing port; `environment` has what code gets: proxies, and whom to trust."""

    environment: Mapping[str, str]

    async def ask(self, request: HttpRequest, allowed: Collection[str]) -> HttpAnswer:
        from warroom.outbound.requests_of_code import Asker  # noqa: PLC0415  # most commands ask nothing

        return await Asker(self.environment).ask(request, allowed)
