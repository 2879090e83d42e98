"""ETags: made from what they guard, compared as every known client writes them."""

import hashlib

from visionone_sim.errors import ConditionNotMetError


def etag_of(identity: str, version: int) -> str:
    """Return the tag of one version of one record."""
    return hashlib.sha256(f"{identity}:{version}".encode()).hexdigest()[:16]


def require_match(if_match: str | None, current: str) -> None:
    """Refuse a write that was based on an older version; no header or `*` means the writer does not mind."""
    if if_match is None or if_match.strip() == "*":
        return
    if if_match.strip().removeprefix("W/").strip('"') != current:
        raise ConditionNotMetError("The record has changed since it was read (3090018); read it again and retry.")
