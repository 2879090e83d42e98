"""A built-in command that running code calls: what is refused comes back as an error entry, as from XSOAR's server."""

from warroom.context.semantics import STANDARD, Semantics
from warroom.model.errors import ConflictError, DamagedError, InvalidInputError, NotFoundError, StaleEpochError
from warroom.services.execution.builtins import BUILTINS
from warroom.services.execution.call import Call, Outcome
from warroom.services.execution.results import error_entry
from warroom.services.execution.server import Server


async def run_builtin(server: Server, name: str, call: Call, semantics: Semantics = STANDARD) -> Outcome:
    """Run it; code asks `isError` whether a list or an incident was there, and goes on.

    What its role or an approval forbids is raised all the same: code must not pass it by.
    """
    try:
        return await BUILTINS[name](server, call)
    except (StaleEpochError, DamagedError):
        raise
    except (ConflictError, InvalidInputError, NotFoundError) as error:
        if not semantics.builtin_errors_are_entries:
            raise
        return Outcome(raw=[error_entry(str(error)).body])
