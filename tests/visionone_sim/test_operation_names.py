import pytest

from visionone_sim.operation_names import OperationNames, UnknownOperationError, template

NAMES = OperationNames(
    [
        "GET /v3.0/workbench/alerts/{id}",
        "GET /v3.0/workbench/alerts/export",
        "PATCH /v3.0/workbench/alerts/{id}",
        "POST /v3.0/response/endpoints/isolate",
        "POST /v3.0/response/containers/isolate",
        "GET /v3.0/x.y/{id}",
    ]
)


def test_ids_are_written_alike() -> None:
    assert template("/cases/{case_id}/notes/{note_id}") == "/cases/{id}/notes/{id}"


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/v3.0/workbench/alerts/WB-1", "GET /v3.0/workbench/alerts/{id}"),
        ("GET", "/v3.0/workbench/alerts/export", "GET /v3.0/workbench/alerts/export"),
        ("PATCH", "/v3.0/workbench/alerts/export", "PATCH /v3.0/workbench/alerts/{id}"),
        ("GET", "/v3.0/workbench/alerts/", None),
        ("GET", "/v3.0/workbench/alerts/WB-1/notes", None),
        ("PUT", "/v3.0/workbench/alerts/WB-1", None),
        ("GET", "/v3.0/xzy/1", None),
    ],
)
def test_a_request_has_one_operation_or_none(method: str, path: str, name: str | None) -> None:
    assert NAMES.of(method, path) == name


def test_an_operation_may_be_named_in_full_or_by_the_end_of_its_path() -> None:
    in_full = "POST /v3.0/response/endpoints/isolate"
    assert NAMES.meant(in_full) == NAMES.meant("endpoints/isolate") == {in_full}
    assert NAMES.meant("isolate") == {in_full, "POST /v3.0/response/containers/isolate"}
    assert NAMES.meant("PATCH alerts/{id}") == {"PATCH /v3.0/workbench/alerts/{id}"}


@pytest.mark.parametrize("text", ["isolat", "", "/", "late", "GET isolate", "delete everything"])
def test_a_name_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(UnknownOperationError, match="isolate"):
        NAMES.meant(text)
