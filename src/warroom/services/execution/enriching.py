"""Enriches indicators: runs the reputation commands and scripts of their types."""

from collections.abc import Sequence
from dataclasses import replace

from warroom.model.json import JsonObject
from warroom.services.commands.targets import Resolved, ScriptTarget, UnavailableCommandError
from warroom.services.execution.call import Call, Controls, Outcome
from warroom.services.execution.look_up import look_up
from warroom.services.execution.server import Server

MOST = 50  # indicators that one call enriches: each may be a request to another company


async def enrich(server: Server, call: Call, indicators: Sequence[tuple[str, str]]) -> Outcome:
    """Run what is known to say something of these values, by type; what is not installed is left out.

    A command that fails says so in the War Room, and is no error of the enrichment.
    """
    done = Outcome()
    for kind, value in list(dict.fromkeys(indicators))[:MOST]:
        known = server.indicators.types.find(kind)
        for name in known.reputation if known else ():
            done += await _asked(server, call, name, value)
    return replace(done, error="", label="", raw=(), schedules=())


async def _asked(server: Server, call: Call, name: str, value: str) -> Outcome:
    resolved = look_up(server.catalogue, name)
    if server.run is None or call.origin.is_enriching or resolved.missing or resolved.changes:  # asking must not act
        return Outcome()
    controls = Controls(using=call.controls.using, using_brand=call.controls.using_brand)
    asked = replace(
        call,
        resolved=resolved,
        args=_arguments(resolved, name, value),
        controls=controls,
        origin=replace(call.origin, is_enriching=True),
        is_carried=True,
    )
    try:
        return await server.run(asked)
    except UnavailableCommandError:
        return Outcome()


def _arguments(resolved: Resolved, name: str, value: str) -> JsonObject:
    """Return the arguments: a reputation command has one of its own name, a script its default one or its first."""
    target = resolved.here
    if isinstance(target, ScriptTarget) and target.arguments:
        default = next((one for one in target.arguments if one.default), target.arguments[0])
        return {default.name: value}
    return {name: value}
