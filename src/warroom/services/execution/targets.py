"""Finds what a call names: a built-in command, a script, or a command of one or several instances."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeAlias

from warroom.content.catalogue import Catalogue
from warroom.content.integration import Argument, Command, Integration, Script
from warroom.content.shelf import headings
from warroom.model.errors import NotFoundError
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json, JsonObject
from warroom.services.execution.call import Call
from warroom.services.execution.masking import MASK, Mask

BUILTIN_BRAND = "Builtin"


class UnavailableCommandError(NotFoundError):
    """What a call names is not installed or has no enabled instance; `skipunavailable` tasks skip on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltinTarget:
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptTarget:
    script: Script


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandTarget:
    integration: Integration
    command: Command
    instance: IntegrationInstance


Target: TypeAlias = BuiltinTarget | ScriptTarget | CommandTarget


def arguments_of(target: Target) -> tuple[Argument, ...]:
    """Say which arguments a target declares; built-in commands check their own."""
    match target:
        case ScriptTarget(script=script):
            return script.arguments
        case CommandTarget(command=command):
            return command.arguments
        case BuiltinTarget():
            return ()


def is_action(catalogue: Catalogue, name: str, brand: str) -> bool:
    """Whether a call changes something outside of us (`execution: true`), so that it may not be repeated blindly."""
    return any(command.execution for _, command in _commands(catalogue, name, brand)) or any(
        script.execution for script in _scripts(catalogue, name, brand)
    )


def is_keyed(catalogue: Catalogue, name: str, brand: str) -> bool:
    """Whether the command promises that the same `idempotency_key` acts once (design D4)."""
    commands = _commands(catalogue, name, brand)
    return bool(commands) and all(
        any(argument.name == "idempotency_key" for argument in command.arguments) for _, command in commands
    )


def secret_arguments(catalogue: Catalogue, name: str, brand: str) -> frozenset[str]:
    """Name the arguments whose values are nobody's to see."""
    declared = [script.arguments for script in _scripts(catalogue, name, brand)]
    declared += [command.arguments for _, command in _commands(catalogue, name, brand)]
    return frozenset(argument.name for arguments in declared for argument in arguments if argument.secret)


def visible_arguments(catalogue: Catalogue, name: str, brand: str, args: Mapping[str, Json]) -> JsonObject:
    """Give the arguments of a call for people to see."""
    hidden = secret_arguments(catalogue, name, brand)
    return dict(Mask().tree({key: MASK if key in hidden else value for key, value in args.items()}))


def find_targets(
    catalogue: Catalogue, builtins: frozenset[str], instances: Sequence[IntegrationInstance], call: Call
) -> list[Target]:
    """Resolve a call: built-in, script by id or name, else the command on every enabled instance that offers it.

    Raises UnavailableCommandError in one sentence that says what is missing and what to do.
    """
    if call.name in builtins and call.brand in {"", BUILTIN_BRAND}:
        return [BuiltinTarget(name=call.name)]
    scripts = _scripts(catalogue, call.name, call.brand)
    if scripts:
        return [ScriptTarget(script=scripts[0])]
    offers = _commands(catalogue, call.name, call.controls.using_brand or call.brand)
    if not offers:
        raise _unknown(catalogue, builtins, call)
    targets: list[Target] = [
        CommandTarget(integration=integration, command=command, instance=instance)
        for integration, command in offers
        for instance in instances
        if instance.enabled and instance.integration == integration.id and call.controls.using in {"", instance.name}
    ]
    if targets:
        return targets
    brands = sorted({integration.id for integration, _ in offers})
    if call.controls.using:
        raise UnavailableCommandError(
            f"No enabled instance {call.controls.using!r} offers {call.name}."
            " `warroom instance list` shows what there is."
        )
    raise UnavailableCommandError(
        f"{call.name} needs an enabled instance of {' or '.join(brands)}."
        f" Add one with `warroom instance add NAME --integration {brands[0]}`."
    )


def _unknown(catalogue: Catalogue, builtins: frozenset[str], call: Call) -> UnavailableCommandError:
    if not (call.brand or call.controls.using_brand):
        scripts = [script.name for script in headings(catalogue.scripts).values()]
        if close := get_close_matches(call.name, {*catalogue.commands(), *scripts, *builtins}, n=3, cutoff=0.7):
            names = ", ".join(f"`{name}`" for name in close)
            return UnavailableCommandError(f"There is no command or script `{call.name}`; did you mean {names}?")
    try:
        catalogue.command(call.name, call.controls.using_brand or call.brand)
    except NotFoundError as error:
        return UnavailableCommandError(str(error))
    return UnavailableCommandError(f"There is no command or script {call.name!r}.")


def _commands(catalogue: Catalogue, name: str, brand: str) -> Sequence[tuple[Integration, Command]]:
    return catalogue.command_integrations(name, brand)


def _scripts(catalogue: Catalogue, name: str, brand: str) -> list[Script]:
    if brand:
        return []
    script = catalogue.find_script(name)
    return [script] if script else []
