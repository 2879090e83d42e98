"""What running code finds in `demisto.callingContext`."""

from collections.abc import Sequence

from warroom.context.semantics import STANDARD, Semantics
from warroom.model.json import JsonObject
from warroom.services.execution.call import Call


def calling_context(
    call: Call, allowed_origins: Sequence[str], semantics: Semantics = STANDARD, **names: str
) -> JsonObject:
    """Make the calling context; its last two keys are our own, XSOAR does not have them."""
    return {
        "command": call.name,
        "context": {
            **names,
            "Inv": {"id": call.incident.id},
            "HttpAllowedOrigins": list(allowed_origins),
            "MinPollSeconds": semantics.min_poll,
        },
    }
