"""What an operation is: one value for each thing that can be asked for, by any protocol."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar, get_type_hints

from warroom.doors.asked import Asked
from warroom.model.errors import WarroomError
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.people.access import Permission

Request = TypeVar("Request", bound=Asked)
Function: TypeAlias = Callable[[App, Request, Actor], Awaitable[Any]]
Errors: TypeAlias = tuple[type[WarroomError], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that can be asked for.

    `permission` is what every caller needs; `services` check what depends on the request.
    `errors` are those that it raises besides the ones that each operation may: wrong request, role or database.
    """

    name: str
    permission: Permission
    request: type[Asked]
    answer: Any  # a type: a frozen dataclass, a list of them, or None
    errors: Errors
    is_read: bool
    help: str
    do: Callable[[App, Any, Actor], Awaitable[Any]]


def reads(name: str, permission: Permission, *errors: type[WarroomError]) -> Callable[[Function[Request]], Operation]:
    """Make a function an operation that changes nothing; its request and answer are what it is annotated with."""
    return lambda function: _operation(name, permission, errors, function, is_read=True)


def writes(name: str, permission: Permission, *errors: type[WarroomError]) -> Callable[[Function[Request]], Operation]:
    """Make a function an operation that changes something, here or elsewhere."""
    return lambda function: _operation(name, permission, errors, function, is_read=False)


def _operation(
    name: str, permission: Permission, errors: Errors, function: Function[Any], *, is_read: bool
) -> Operation:
    _, request, _, answer = get_type_hints(function).values()
    return Operation(
        name=name,
        permission=permission,
        request=request,
        answer=answer,
        errors=errors,
        is_read=is_read,
        help=" ".join((function.__doc__ or "").split()),
        do=function,
    )
