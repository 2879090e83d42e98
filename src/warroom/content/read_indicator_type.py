"""Reads indicator types (`reputation-*.json`)."""

from warroom.content.indicator_type import IndicatorType
from warroom.content.source import Source


def set_aside(source: Source) -> str:
    """Return why a file has no single type: it is an old export of several; empty for any other file."""
    return "it is an old export of several types" if source.root().get("reputations").exists else ""


def read_indicator_type(source: Source) -> IndicatorType:
    """Read a type; its name is in `details`, as XSOAR's pages show it."""
    node = source.root()
    name = node.get("details", "id").needed("An indicator type")
    expiration = node.get("expiration")
    scripts = (node.get("reputationScriptName").text(), *node.get("enhancementScriptNames").texts())
    return IndicatorType(
        id=node.get("id", "details").needed("An indicator type"),
        name=name,
        regex=node.get("regex").text(),
        formatter=node.get("formatScript").text(),
        command=node.get("reputationCommand").text(),
        scripts=tuple(dict.fromkeys(filter(None, scripts))),
        expires_after=max(expiration.whole(), 0) if expiration.exists else None,
        disabled=node.get("disabled").flag(),
        at=node.at,
    )
