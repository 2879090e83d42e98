"""Errors as HTTP answers, and back again for our own client."""

from http import HTTPStatus

from warroom.model.errors import (
    CommandFailedError,
    CommandTimeoutError,
    ConflictError,
    ContentError,
    DamagedError,
    DatabaseDamagedError,
    FolderInUseError,
    ForbiddenError,
    HostError,
    InvalidInputError,
    NotFoundError,
    SignInError,
    TooManyTriesError,
    UnavailableError,
    WarroomError,
    WorkerDiedError,
)

STATUS: dict[type[WarroomError], int] = {
    NotFoundError: 404,
    SignInError: 401,
    ForbiddenError: 403,
    ConflictError: 409,
    ContentError: 422,
    InvalidInputError: 422,
    CommandFailedError: 422,
    HostError: 502,
    TooManyTriesError: 429,
    UnavailableError: 503,
    WarroomError: 400,
}
KINDS: dict[str, type[WarroomError]] = {
    kind.__name__: kind
    for kind in (
        *STATUS,
        CommandTimeoutError,
        DamagedError,
        DatabaseDamagedError,
        FolderInUseError,
        WorkerDiedError,
    )
}


def status_of(error: WarroomError) -> int:
    """Return the HTTP status of an error.

    >>> status_of(FolderInUseError("taken"))
    409
    """
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def problem(error: WarroomError) -> dict[str, str | int]:
    """Write an error as RFC 9457 has it.

    >>> problem(NotFoundError("There is no incident 7."))["title"]
    'Not Found'
    """
    status = status_of(error)
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": str(error),
        "kind": type(error).__name__,
    }


def as_json(error: WarroomError) -> dict[str, dict[str, str]]:
    """Convert an error to JSON, under the nearest kind that the client knows."""
    kind = next(kind.__name__ for kind in type(error).__mro__ if kind.__name__ in KINDS)
    return {"error": {"kind": kind, "message": str(error)}}


def from_json(body: dict[str, dict[str, str]]) -> WarroomError:
    """Read an error from the wire.

    >>> from_json(as_json(NotFoundError("no such thing")))
    NotFoundError('no such thing')
    """
    error = body.get("error") or {}
    return KINDS.get(error.get("kind", ""), WarroomError)(error.get("message") or "The server gave no reason.")
