"""Chooses the instances that a call runs on: those that are named, else the one that the incident came from; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from shlex import quote

from warroom.model.errors import InvalidInputError
from warroom.model.incident import Incident
from warroom.model.instance import IntegrationInstance
from warroom.services.commands.targets import Resolved, Target, UnavailableCommandError

EVERY = "*"  # as `using`: each enabled instance that offers the command


class UnclearTargetError(InvalidInputError):
    """Several instances offer a command that changes something, and nothing says which is meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """The instances that a call is tied to; `handed` are those that its script was told to use."""

    incident: Incident
    using: str = ""
    handed: str = ""


def targets_of(resolved: Resolved, instances: Sequence[IntegrationInstance], binding: Binding) -> list[Target]:
    """Return the targets of a call.

    Named instances count, then those that its script was told to use, where they offer it. Else of the source's brand
    it is the source alone, and of other brands a read takes all instances; what changes something takes the source
    where that offers it, or the one instance that there is.

    Raises UnavailableCommandError for an instance that is not there, UnclearTargetError where one had to be guessed.
    """
    if binding.using:
        return _on_named(resolved, instances, binding.using)
    if resolved.here:
        return [resolved.here]
    if told := [one for one in _handed(instances, binding) if one.integration in _brands(resolved)]:
        return [target for one in told for target in resolved.targets(instances, one.name)]
    return _on_bound(resolved, instances, binding)


def within_reach(instances: Sequence[IntegrationInstance], binding: Binding) -> list[IntegrationInstance]:
    """Return the instances that a call may run on by default: of the source's brand, the source alone."""
    incident = binding.incident
    bound = {incident.source_brand: [one for one in instances if _is_source(one, incident)]}
    if not incident.source_instance:
        bound = {}
    told = _handed(instances, binding)
    bound |= {one.integration: [other for other in told if other.integration == one.integration] for one in told}
    return [one for one in instances if one in bound.get(one.integration, [one])]


def name_now(instances: Sequence[IntegrationInstance], name: str, instance: str) -> str:
    """Return the present name of the instance in which something began, by its id.

    Raises UnavailableCommandError when it was removed, even if another instance has its name now.
    """
    found = next((one for one in instances if one.id == instance), None)
    if found and found.enabled:
        return found.name
    newer = " (what is called so now is another one)" if any(one.name == name for one in instances) else ""
    raise UnavailableCommandError(
        f"It began on the instance {name!r}, which {'is disabled' if found else f'was removed{newer}'}; only"
        " this instance can say what became of it. Enable it and run the command again, or look in the product."
    )


def _on_named(resolved: Resolved, instances: Sequence[IntegrationInstance], using: str) -> list[Target]:
    names = _names(using, instances)
    if not names and using != EVERY:
        raise UnavailableCommandError(
            f"using={using!r} names no instance. `warroom instance list` shows what there is."
        )
    if resolved.here:
        _refuse_unknown(names, instances)
        return [resolved.here]
    if using == EVERY:
        return resolved.targets(instances)
    return [target for name in names for target in resolved.targets(instances, name)]


def _on_bound(resolved: Resolved, instances: Sequence[IntegrationInstance], binding: Binding) -> list[Target]:
    """Choose the instances of a call that does not name one."""
    source, reachable = binding.incident.source_instance, within_reach(instances, binding)
    left = [one for one in reachable if one.enabled and one.integration in _brands(resolved)]
    own = [one for one in left if source and one.integration == binding.incident.source_brand]
    is_bound = bool(source) and binding.incident.source_brand in _brands(resolved)
    if is_bound and not own and (resolved.is_action or not left):
        raise UnavailableCommandError(_gone(resolved.name, instances, binding.incident))
    if not resolved.is_action:
        return resolved.targets(reachable)
    if not own and len(left) > 1:
        raise UnclearTargetError(_unclear(resolved.name, left))
    return resolved.targets(own or left)


def _handed(instances: Sequence[IntegrationInstance], binding: Binding) -> list[IntegrationInstance]:
    if not binding.handed:
        return []
    names = _names(binding.handed, instances)
    _refuse_unknown(names, instances)
    return [one for name in names for one in instances if one.name == name]


def _refuse_unknown(names: Sequence[str], instances: Sequence[IntegrationInstance]) -> None:
    known = {one.name for one in instances if one.enabled}
    if unknown := [name for name in names if name not in known]:
        raise UnavailableCommandError(
            f"There is no enabled instance {unknown[0]!r}. `warroom instance list` shows what there is."
        )


def _names(using: str, instances: Sequence[IntegrationInstance]) -> list[str]:
    """Read one name, several between commas, or all that are enabled; a name that holds a comma is one name."""
    if using == EVERY:
        return [one.name for one in instances if one.enabled]
    if using in {one.name for one in instances}:
        return [using]
    return list(dict.fromkeys(name for part in using.split(",") if (name := part.strip())))


def _brands(resolved: Resolved) -> frozenset[str]:
    return frozenset(integration.id for integration, _ in resolved.offers)


def _is_source(instance: IntegrationInstance, incident: Incident) -> bool:
    """Whether an incident came from it: one that took the name of a removed one is another."""
    same_name = instance.name == incident.source_instance and instance.integration == incident.source_brand
    return same_name and incident.source_id in {"", instance.id}


def _gone(command: str, instances: Sequence[IntegrationInstance], incident: Incident) -> str:
    found = [one for one in instances if one.name == incident.source_instance]
    is_there = any(_is_source(one, incident) for one in found)
    newer = " (what is called so now is another one)" if found else ""
    state = "is disabled" if is_there else f"was removed{newer}"
    return (
        f"Incident {incident.id} came from the instance {incident.source_instance!r}, which {state}; {command} is not"
        " run on another one by itself. Enable it, or name the instance that you mean: using=NAME."
    )


def _unclear(command: str, instances: Sequence[IntegrationInstance]) -> str:
    names = [one.name for one in instances]
    return (
        f"{command} changes something, and {len(names)} instances offer it: {', '.join(names)}. Say which one is meant:"
        f" using={names[0]} (on the command line also --using {quote(names[0])}); using={EVERY} takes all of them."
    )
