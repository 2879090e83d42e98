"""Whether indicators are extracted from a task's results, and enriched before the next task starts."""

from dataclasses import replace

from warroom.content.playbook import Task
from warroom.context.semantics import STANDARD, Semantics
from warroom.model.errors import WarroomError
from warroom.services.execution.auto_extract import INLINE, values_in
from warroom.services.execution.call import Call, Controls, Outcome
from warroom.services.execution.executor import Executor
from warroom.services.execution.look_up import look_up
from warroom.services.indicators.indicators import Indicators

ENRICH = "enrichIndicators"


def with_extraction(controls: Controls, task: Task, semantics: Semantics = STANDARD) -> Controls:
    """Return the controls with the mode that counts: the argument, the task's or the default; a quiet task has none."""
    mode = "none" if task.quiet else controls.auto_extract or task.extract or semantics.auto_extract
    return replace(controls, auto_extract=mode)


async def enriched(executor: Executor, call: Call, outcome: Outcome) -> Outcome:
    """Return an outcome with what is known of the indicators in it, if the task asks for it to be there at once.

    An enrichment that fails is no error of the task.
    """
    if call.controls.auto_extract != INLINE or outcome.error:
        return outcome
    library = executor.library
    found = await values_in(Indicators(executor.store, executor.clock, library), outcome.raw)
    values = list(dict.fromkeys(one for each in found.values() for one in each))
    if not values:
        return outcome
    asked = replace(
        call,
        resolved=look_up(library.catalogue, ENRICH),
        args={"indicatorsValues": values},
        controls=Controls(),
        is_carried=True,
    )
    try:
        more = await executor.run(asked)
    except WarroomError:
        return outcome
    return outcome + replace(more, error="", label="", raw=(), schedules=())
