"""What running code finds in `demisto.callingContext`."""

from collections.abc import Sequence

from warroom.context.semantics import STANDARD, Semantics
from warroom.model.json import JsonObject
from warroom.services.execution.call import Call


def calling_context(
    call: Call, allowed_origins: Sequence[str], semantics: Semantics = STANDARD, **names: str
) -> JsonObject:
    """Make the calling context; XSOAR does not have the last three keys, which are our own.

    Code for which no task waits cannot be polled, like code that a script calls.
    """
    by_a_task = call.origin.task is not None
    return {
        "command": call.name,
        "context": {
            **names,
            "Inv": {"id": call.incident.id},
            **({"ParentEntry": {"polling": True}} if call.is_poll else {}),
            **({} if by_a_task else {"CalledByScript": True}),
            "HttpAllowedOrigins": list(allowed_origins),
            "MinPollSeconds": semantics.min_poll,
        },
    }
