"""What a name means in the installed content, and the targets that a call of it runs on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from warroom.content.integration import Argument, Command, Integration, Script
from warroom.model.errors import NotFoundError
from warroom.model.ids import InstanceId
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json, JsonObject
from warroom.services.commands.declared import DECLARED, Declared
from warroom.services.secrecy.masking import MASK, Mask


class UnavailableCommandError(NotFoundError):
    """What a call names is not installed or has no enabled instance; `skipunavailable` tasks skip on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltinTarget:
    """One of the server's own commands."""

    name: str

    @property
    def declared(self) -> Declared:
        return DECLARED[self.name]

    @property
    def arguments(self) -> tuple[Argument, ...]:
        return self.declared.arguments


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptTarget:
    script: Script

    @property
    def arguments(self) -> tuple[Argument, ...]:
        return self.script.arguments


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandTarget:
    integration: Integration
    command: Command
    instance: IntegrationInstance

    @property
    def arguments(self) -> tuple[Argument, ...]:
        return self.command.arguments


Target: TypeAlias = BuiltinTarget | ScriptTarget | CommandTarget


def instance_id(target: Target) -> InstanceId | None:
    return target.instance.id if isinstance(target, CommandTarget) else None


def instance_name(target: Target) -> str:
    """Name the instance that a target is a command of; nothing for other targets."""
    return target.instance.name if isinstance(target, CommandTarget) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What a name means: looked up once, then passed with the call. `missing` says why nothing was found.

    What the server asks of an instance by itself (a fetch, a test) is not looked up: of it there is only the name.
    """

    name: str
    here: BuiltinTarget | ScriptTarget | None = None  # a target that needs no instance
    offers: tuple[tuple[Integration, Command], ...] = ()
    secrets: frozenset[str] = frozenset()  # arguments whose values are never shown
    is_action: bool = False  # it changes something outside of us: it may not be repeated blindly (`execution: true`)
    is_keyed: bool = False  # everyone who offers it promises that the same `idempotency_key` acts once (design D4)
    missing: str = ""

    @property
    def changes(self) -> bool:
        """Whether it changes something, in another system or here."""
        return self.is_action or (isinstance(self.here, BuiltinTarget) and self.here.declared.writes)

    @property
    def arguments(self) -> tuple[Argument, ...]:
        """What it declares to take; of several integrations that offer it, the first one's."""
        if self.here:
            return self.here.arguments
        return self.offers[0][1].arguments if self.offers else ()

    @property
    def required(self) -> frozenset[str]:
        """The required arguments."""
        return frozenset(item.name for item in self.arguments if item.required and not item.default_value)

    @property
    def acts_blindly(self) -> bool:
        """Whether it would act twice when it is called twice."""
        return self.is_action and not self.is_keyed

    def visible(self, args: Mapping[str, Json]) -> JsonObject:
        """Return the arguments of a call for people to see."""
        return dict(Mask().tree({key: MASK if key in self.secrets else value for key, value in args.items()}))

    def targets(self, instances: Sequence[IntegrationInstance], using: str = "") -> list[Target]:
        """Return the targets of a call: the built-in command, the script, or each enabled instance that offers it.

        Raises UnavailableCommandError in one sentence that says what is missing and what to do.
        """
        if self.here:
            return [self.here]
        if not self.offers:
            raise UnavailableCommandError(self.missing or f"There is no command or script {self.name!r}.")
        targets: list[Target] = [
            CommandTarget(integration=integration, command=command, instance=instance)
            for integration, command in self.offers
            for instance in instances
            if instance.enabled and instance.integration == integration.id and using in {"", instance.name}
        ]
        if not targets:
            raise self._unavailable(using)
        return targets

    def _unavailable(self, using: str) -> UnavailableCommandError:
        if using:
            return UnavailableCommandError(
                f"No enabled instance {using!r} offers {self.name}. `warroom instance list` shows what there is."
            )
        brands = sorted({integration.id for integration, _ in self.offers})
        return UnavailableCommandError(
            f"{self.name} needs an enabled instance of {' or '.join(brands)}."
            f" Add one with `warroom instance add NAME --integration {brands[0]}`."
        )
