"""REST routes made from the table of operations: a row says where in the API one is, the rest it knows itself."""

import inspect
import re
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, get_args, get_origin

from fastapi import APIRouter, Body, Query, Request
from pydantic import ConfigDict, create_model
from pydantic.fields import FieldInfo

from warroom.doors.answer import Items, json_of
from warroom.doors.asked import Asked
from warroom.doors.operation import Operation
from warroom.doors.perform import perform, refuse_others
from warroom.doors.table import OPERATIONS
from warroom.model.errors import (
    ForbiddenError,
    InvalidInputError,
    SignInError,
    UnavailableError,
    WarroomError,
)
from warroom.model.json import Json
from warroom.web.api_route import ApiRoute
from warroom.web.errors import problem, status_of
from warroom.web.security import Asking, Served

WORD = re.compile(r"\{(\w+)(?::path)?\}")
WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
OF_EVERY_ROUTE: tuple[type[WarroomError], ...] = (SignInError, ForbiddenError, InvalidInputError, UnavailableError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """Where an operation is in the API. A word of the path is a field of its request, see `field_of`."""

    operation: str
    method: str
    path: str
    id: str  # in the API's description
    tag: str
    status: int = 200
    fixed: Mapping[str, Json] = field(default_factory=dict)  # fields that are not asked for here
    narrowed: Mapping[str, Any] = field(default_factory=dict)  # types of fields of which less is allowed here
    defaults: Mapping[str, Json] = field(default_factory=dict)  # of narrowed fields that have another default here


def rest_router(rows: Sequence[Rest], *, described: bool = True) -> APIRouter:
    """Make the routes, in the order of the rows: of two that fit an address the first one answers.

    Only `described` routes know the shapes of their answers, which take memory.
    """
    router = APIRouter(route_class=ApiRoute)
    for row in rows:
        operation = OPERATIONS[row.operation]
        router.add_api_route(
            row.path,
            _endpoint(row, operation),
            methods=[row.method],
            status_code=row.status,
            operation_id=row.id,
            tags=[row.tag],
            name=row.id,
            description=operation.help,
            response_model=_answer(operation) if described and row.status != 204 else None,
            responses=dict(problems(operation.errors, reads_body=row.method in WITH_BODY)),
        )
    return router


def field_of(word: str, request: type[Asked]) -> str:
    """Name the field that a word of a path is: `incident_id` is `incident_id`, `incident` or `id`.

    >>> from warroom.doors.incidents import Closing
    >>> field_of("incident_id", Closing)
    'id'
    """
    return next(name for name in (word, word.removesuffix("_id"), "id") if name in request.model_fields)


def problems(errors: Sequence[type[WarroomError]], *, reads_body: bool = False) -> Iterator[tuple[int, dict[str, Any]]]:
    """Describe the answers that are errors."""
    kinds: dict[int, list[str]] = {400: ["The body cannot be read."]} if reads_body else {}
    for kind in (*OF_EVERY_ROUTE, *errors):
        kinds.setdefault(status_of(kind("")), []).append(kind.__name__)
    for status, names in sorted(kinds.items()):
        yield (
            status,
            {
                "description": " or ".join(names),
                "content": {"application/problem+json": {"schema": PROBLEM}},
            },
        )


PROBLEM = {
    "title": "Problem",
    "description": "An error, as RFC 9457 has it; `detail` is one sentence that says what now.",
    "type": "object",
    "properties": {
        name: {"type": "integer" if name == "status" else "string"} for name in problem(WarroomError("an example"))
    },
    "required": ["type", "title", "status", "detail"],
}


def _answer(operation: Operation) -> Any:
    """Return the type of an answer; a list is the `items` of an object here, so that fields can be added."""
    if get_origin(operation.answer) is not list:
        return operation.answer
    items_of: Any = Items
    return items_of[get_args(operation.answer)[0]]


def _endpoint(row: Rest, operation: Operation) -> Callable[..., Awaitable[Json]]:
    in_path = {word: field_of(word, operation.request) for word in WORD.findall(row.path)}
    elsewhere = {*in_path.values(), *row.fixed}
    rest = {name: found for name, found in operation.request.model_fields.items() if name not in elsewhere}

    async def endpoint(request: Request, actor: Asking, app: Served, said: Asked | None = None, **words: str) -> Json:
        given = said.model_dump(exclude_unset=True) if said else {}
        if not operation.is_read:
            _refuse_query(row, rest, request)
            refuse_others(row.id, rest, given)
        values = {in_path[word]: value for word, value in words.items()} | {**row.fixed, **row.defaults}
        answer = await perform(operation, app, values | given, actor)
        if row.status == 204:
            return None
        return json_of(Items(items=answer) if isinstance(answer, list) else answer)

    parameters = [_parameter(word, str) for word in in_path]
    parameters += [_parameter("request", Request), _parameter("actor", Asking), _parameter("app", Served)]
    parameters += _said(row, operation, rest)
    vars(endpoint)["__signature__"] = inspect.Signature(parameters)
    return endpoint


def _said(row: Rest, operation: Operation, rest: Mapping[str, FieldInfo]) -> Iterator[inspect.Parameter]:
    """Yield the parameter of what a request says besides its path; of a change also where that is nothing."""
    if row.method not in WITH_BODY:
        if rest:
            yield _parameter("said", Annotated[_part(row, operation, rest), Query()])
    elif rest:
        yield _parameter("said", Annotated[_part(row, operation, rest), Body()])
    elif not operation.is_read:
        yield _parameter("said", Annotated[EmptyBody | None, Body()], None)


def _parameter(name: str, kind: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)


class ChangeBody(Asked):
    """What a change says, with fields of other names: they are not described, and refused by their names."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"additionalProperties": False})


class EmptyBody(ChangeBody):
    """Nothing: the path says it all."""


def _refuse_query(row: Rest, rest: Collection[str], request: Request) -> None:
    """Refuse parameters of the address of a change, which takes its fields in the body."""
    for name in request.query_params:
        now = "Put it into the body, as JSON." if rest else "Leave it out."
        raise InvalidInputError(f"{row.id} takes no {name!r} in its address. {now}")


def _part(row: Rest, operation: Operation, rest: Mapping[str, FieldInfo]) -> type[Asked]:
    """Return the type of what a request says besides the words of its path."""
    request = operation.request
    if operation.is_read and len(rest) == len(request.model_fields) and not row.narrowed:
        return request
    fields: dict[str, Any] = {
        name: (row.narrowed[name], row.defaults.get(name, found.default))
        if name in row.narrowed
        else (found.annotation, found)
        for name, found in rest.items()
    }
    name = request.__name__ if len(rest) == len(request.model_fields) else f"{request.__name__}Of{_titled(row.id)}"
    part = create_model(name, __base__=Asked if operation.is_read else ChangeBody, __doc__=request.__doc__, **fields)
    part.as_typed = request.as_typed
    return part


def _titled(name: str) -> str:
    return name.title().replace("_", "")
