"""A halt: no command that changes something leaves, for one instance or for all of them."""

from dataclasses import dataclass
from datetime import datetime
from shlex import quote

from warroom.model.ids import InstanceId
from warroom.model.sentence import ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """A pause, set by `warroom pause` and ended by `warroom resume`; without an instance it holds for all."""

    instance: str = ""  # by name
    instance_id: InstanceId | None = None  # the same by id: an instance that takes over its name is held as well
    reason: str = ""
    actor: str
    since: datetime

    @property
    def of(self) -> str:
        """Return what is paused, for a sentence."""
        return f"instance {self.instance!r}" if self.instance else "every instance"

    @property
    def said(self) -> str:
        """Say what is paused, by whom, since when and why."""
        return self._said("paused")

    @property
    def was(self) -> str:
        """Say the same of a pause that has ended."""
        return self._said("had paused")

    def _said(self, verb: str) -> str:
        why = f": {ended(self.reason)}" if self.reason else ", without a reason."
        return f"{self.actor} {verb} {self.of} at {self.since:%Y-%m-%d %H:%M:%S} UTC{why}"

    @property
    def end(self) -> str:
        """Return the command that ends it, quoted for a shell."""
        return f"warroom resume --instance {quote(self.instance)}" if self.instance else "warroom resume"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAction:
    """An action that a halt stopped, and the instances that it would have been sent to."""

    command: str
    halt: Halt
    instances: tuple[str, ...] = ()  # by name; a script has none
    instance_ids: tuple[str, ...] = ()

    @property
    def refusal(self) -> str:
        """Say that it was not sent, why, and what ends the pause."""
        return f"{self.command} was not sent: {self.halt.said} `{self.halt.end}` allows it again."
