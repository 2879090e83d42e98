"""The shape of an action's rule; `table.py` has one for each action."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from visionone_sim.tenant.contents import Content
from visionone_sim.tenant.estate import Estate
from visionone_sim.tenant.targets import Demand, Target
from visionone_sim.tenant.tasks import Part, ResponseTask, TaskError

D = TypeVar("D", bound=Demand)


@dataclass(frozen=True, slots=True)
class Download:
    """A file that a task offers for download when it succeeds."""

    path: str
    content: Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The effect of a demand in the present state."""

    target: Target
    obstacle: TaskError | None = None
    """Why the task will fail once it is looked into."""
    waits_for_agent: bool = False
    parts: tuple[Part, ...] = ()
    download: Download | None = None


@dataclass(frozen=True, slots=True)
class Rule(Generic[D]):
    demand: type[D]
    plan: Callable[[Estate, D], Plan]
    """Raises a VendorError for a demand that is refused at once."""
    effect: Callable[[Estate, ResponseTask], None]


def no_effect(_estate: Estate, _task: ResponseTask) -> None:
    """Nothing in the tenant changes."""
