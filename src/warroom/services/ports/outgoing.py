"""Requests over HTTP that the server makes for code that has no network of its own."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

Headers = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """One request; `into` is the file that takes the answer's body, which else comes as text.

    With `fields` or a `file`, the body is a form of several parts, and the file is the part of that name.
    """

    url: str
    method: str = "GET"
    headers: Headers = field(default_factory=dict, repr=False)
    body: str = field(default="", repr=False)
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    file: Path | None = None
    file_name: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    verify: bool = True  # the certificate
    proxy: bool = False  # by the proxy of the settings, if there is one
    into: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """An answer of any status; the names of its headers are spelled as in Content-Type."""

    status: int
    reason: str = ""
    headers: Headers = field(default_factory=dict)
    body: str = ""


class Outgoing(Protocol):
    """Asks the web."""

    async def ask(self, request: HttpRequest, allowed: Collection[str]) -> HttpAnswer:
        """Ask and follow redirects; of addresses on this machine and its link only the allowed origins.

        Raises ForbiddenError for an address that is off limits, InvalidInputError for what cannot be asked, and
        UnavailableError where no answer comes, or no good one that was to become a file.
        """
        ...
