"""What an operator decides about running content."""

from dataclasses import dataclass

DEFAULT_TIMEOUT = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How content runs, and what it is told about this server."""

    allowed_origins: tuple[str, ...] = ()  # local origins that the http script may fetch from
    timeout: float = DEFAULT_TIMEOUT  # seconds for one run, unless the content says otherwise
    public_url: str = ""  # where the console is offered, for links
