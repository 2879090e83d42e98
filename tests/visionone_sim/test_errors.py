import json

from visionone_sim.errors import (
    AlertNotFoundError,
    BadRequestError,
    InvalidCredentialsError,
    TaskDuplicationError,
)


def test_an_error_travels_in_the_envelope_with_only_what_it_has() -> None:
    assert BadRequestError("No.", target="top").envelope() == {
        "error": {"code": "BadRequest", "message": "No.", "target": "top"}
    }
    assert BadRequestError("No.").envelope() == {"error": {"code": "BadRequest", "message": "No."}}


def test_an_invalid_token_is_explained_by_an_inner_error() -> None:
    response = InvalidCredentialsError("No.").response()
    assert response.status_code == 401
    assert json.loads(bytes(response.body))["error"]["innererror"] == {"code": "InvalidToken", "service": "svp"}


def test_workbench_numbers_its_errors() -> None:
    error = AlertNotFoundError("No.").envelope()["error"]
    assert error == {"code": "NotFound", "message": "No.", "number": "3090007"}


def test_a_duplicate_is_named_by_the_literal_text_that_clients_compare() -> None:
    error = TaskDuplicationError("00000003")
    assert (error.message, error.running_task_id) == ("Task duplication.", "00000003")
