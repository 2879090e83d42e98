"""What the API refuses, one class per vendor error, and the envelope they travel in.

VendorError
├── BadRequestError          400 BadRequest
├── NotSupportedError        400 NotSupported
├── TaskDuplicationError     400 TaskError
├── InvalidCredentialsError  401 InvalidCredentials
├── AccessDeniedError        403 AccessDenied
├── NotFoundError            404 NotFound
│   └── AlertNotFoundError   404 with Workbench's number
├── MethodNotAllowedError    405 MethodNotAllowed
├── ConditionNotMetError     412 ConditionNotMet
├── TooLargeError            413 RequestEntityTooLarge
├── TooManyRequestsError     429 TooManyRequests
│   └── TooManySubmissionsError  429, for the sandbox's day
├── InternalError            500 InternalServerError
└── GatewayTimeoutError      504, from a gateway in front of the API: HTML, no envelope
"""

from typing import ClassVar

from starlette.responses import HTMLResponse, JSONResponse, Response

from visionone_sim.wire import Json, JsonObject


class VendorError(Exception):
    """A refusal in the vendor's own words."""

    status: ClassVar[int]
    code: ClassVar[str]
    number: ClassVar[str | None] = None
    inner: ClassVar[JsonObject | None] = None

    def __init__(self, message: str, *, target: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.target = target

    def envelope(self) -> JsonObject:
        """Return the body that carries this error."""
        error: dict[str, Json] = {"code": self.code, "message": self.message}
        optional = {"number": self.number, "target": self.target, "innererror": self.inner}
        error.update({key: value for key, value in optional.items() if value is not None})
        return {"error": error}

    def response(self) -> Response:
        return JSONResponse(self.envelope(), status_code=self.status)


class BadRequestError(VendorError):
    status = 400
    code = "BadRequest"


class NotSupportedError(VendorError):
    status = 400
    code = "NotSupported"


class TaskDuplicationError(VendorError):
    """The same task is under way; clients compare the message letter by letter and follow the running task."""

    status = 400
    code = "TaskError"
    number = "4009999"

    def __init__(self, running_task_id: str) -> None:
        super().__init__("Task duplication.")
        self.running_task_id = running_task_id


class InvalidCredentialsError(VendorError):
    status = 401
    code = "InvalidCredentials"
    inner: ClassVar[JsonObject | None] = {"code": "InvalidToken", "service": "svp"}


class AccessDeniedError(VendorError):
    status = 403
    code = "AccessDenied"


class NotFoundError(VendorError):
    status = 404
    code = "NotFound"


class AlertNotFoundError(NotFoundError):
    number = "3090007"


class MethodNotAllowedError(VendorError):
    status = 405
    code = "MethodNotAllowed"


class ConditionNotMetError(VendorError):
    status = 412
    code = "ConditionNotMet"
    number = "3090018"


class TooLargeError(VendorError):
    status = 413
    code = "RequestEntityTooLarge"


class TooManyRequestsError(VendorError):
    status = 429
    code = "TooManyRequests"

    def __init__(self, message: str, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.headers = headers or {}

    def response(self) -> Response:
        return JSONResponse(self.envelope(), status_code=self.status, headers=self.headers)


class TooManySubmissionsError(TooManyRequestsError):
    """The day's reserve is used up; waiting a minute does not help."""


class InternalError(VendorError):
    status = 500
    code = "InternalServerError"


class GatewayTimeoutError(VendorError):
    status = 504
    code = "GatewayTimeout"

    def response(self) -> Response:
        return HTMLResponse(f"<html><body><h1>504 Gateway Time-out</h1>{self.message}</body></html>", status_code=504)
