"""How built-in commands are declared."""

from dataclasses import dataclass

from warroom.content.integration import Argument
from warroom.services.people.access import Permission

YES_OR_NO = ("yes", "no")


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A built-in command as its caller sees it.

    `takes_fields`: names of incident fields are arguments, too; `takes_indicator_fields`: those of indicator fields.

    `permission` is what the role needs in whose name it runs: SEE when it returns what every reader of the incident
    sees, RUN_READS when it returns or changes something beside incidents (lists), else what the same change takes on a
    page. Typing any command takes RUN_READS as well.
    """

    description: str
    permission: Permission
    arguments: tuple[Argument, ...] = ()
    writes: bool = False
    takes_fields: bool = False
    takes_indicator_fields: bool = False


def argument(name: str, description: str, **given: object) -> Argument:
    return Argument(name=name, description=description, **given)  # type: ignore[arg-type]  # as the dataclass has them


def other_incident(verb: str) -> Argument:
    return argument("id", f"The ID of the incident to {verb}, if it is another one.")
