"""The roots that a path may name while a task is evaluated: context, inputs, incident, lists, modules."""

from collections.abc import Mapping, Sequence

from warroom.content.catalogue import Catalogue
from warroom.context.merge import read_target
from warroom.context.scope import Scope
from warroom.model.errors import InvalidInputError
from warroom.model.incident import Incident
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json, JsonObject

PRIVATE_PREFIX = "subplaybook-"


def private_scope(plan: str, key: str) -> str:
    """Name the context node of a sub-playbook with its own context; it is also its `currentPlaybookID`.

    >>> private_scope("p1", "5/2")
    'subplaybook-p1-5-2'
    """
    return f"{PRIVATE_PREFIX}{plan}-{key.replace('/', '-').replace('#', '-')}"


def refuse_private(scope: str, path: str) -> None:
    """Raise InvalidInputError for a write that would reach into a sub-playbook's own context, or names no place."""
    first, *_ = read_target(path).keys
    if not scope and str(first).startswith(PRIVATE_PREFIX):
        raise InvalidInputError(
            f"{path!r} is in the private context of a sub-playbook, where only that one writes. Name another key."
        )


def own_path(scope: str, path: str) -> str:
    """Return a path in a private context without that context's name: a command that it scheduled names it in full.

    >>> own_path("subplaybook-p1-5", "subplaybook-p1-5.File.Name"), own_path("subplaybook-p1-5", "File.Name")
    ('File.Name', 'File.Name')
    """
    return path.removeprefix(f"{scope}.") if scope else path


def scope_of(
    context: JsonObject,
    incident: Incident,
    *,
    scope: str = "",
    inputs: Mapping[str, Json] | None = None,
    modules: JsonObject | None = None,
    lists: Mapping[str, Json] | None = None,
) -> Scope:
    """Return the scope of a task: the incident's context, or a sub-playbook's private node."""
    seen = context.get(scope, {}) if scope else context
    return Scope(
        context=seen if isinstance(seen, dict) else {},
        inputs={} if inputs is None else inputs,  # the caller may still be filling it, default by default
        incident=incident.as_xsoar(),
        lists=lists or {},
        extra={"currentPlaybookID": scope.removeprefix(PRIVATE_PREFIX), "modules": modules or {}},
    )


def modules_of(catalogue: Catalogue, instances: Sequence[IntegrationInstance]) -> JsonObject:
    """List the instances as `demisto.getModules()` does."""
    modules: JsonObject = {}
    for instance in instances:
        integration = catalogue.find_integration(instance.integration)
        modules[instance.name] = {
            "brand": instance.integration,
            "category": integration.category if integration else "",
            "state": "active" if instance.enabled else "disabled",
            "defaultIgnored": "false",
        }
    return modules
