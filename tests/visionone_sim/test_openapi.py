import inspect
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from visionone_sim.app import api_routes
from visionone_sim.openapi import HEADERS
from visionone_sim.operations import done
from visionone_sim.testing import RunningTwin


@pytest.fixture
def document(control: httpx.Client) -> dict[str, dict[str, dict[str, dict[str, object]]]]:
    answer: dict[str, dict[str, dict[str, dict[str, object]]]] = control.get("/openapi.json").json()
    return answer


def test_every_operation_is_described(document: dict[str, dict[str, dict[str, object]]]) -> None:
    described = [f"{method} {path}" for path, item in document["paths"].items() for method in item]
    assert sum(" /v3.0/" in operation for operation in described) == len(done())


def test_answers_are_those_that_the_api_gives(document: dict[str, dict[str, dict[str, dict[str, object]]]]) -> None:
    isolate = document["paths"]["/v3.0/response/endpoints/isolate"]["post"]
    assert {"207", "400", "401", "403", "413", "429"} <= isolate["responses"].keys()  # type: ignore[attr-defined]
    assert "422" not in isolate["responses"]  # type: ignore[operator]


def test_bodies_are_arrays_objects_or_forms(document: dict[str, dict[str, dict[str, dict[str, object]]]]) -> None:
    def body(path: str) -> object:
        content: dict[str, dict[str, dict[str, object]]] = document["paths"][path]["post"]["requestBody"]["content"]  # type: ignore[index]
        return {kind: described["schema"]["type"] for kind, described in content.items()}

    assert body("/v3.0/response/endpoints/isolate") == {"application/json": "array"}
    assert body("/v3.0/oat/dataPipelines") == {"application/json": "object"}
    assert body("/v3.0/sandbox/files/analyze") == {"multipart/form-data": "object"}


def test_ids_that_exist_are_examples(
    twin: RunningTwin, document: dict[str, dict[str, dict[str, dict[str, object]]]]
) -> None:
    (alert_id,) = document["paths"]["/v3.0/workbench/alerts/{alert_id}"]["get"]["parameters"][:1]  # type: ignore[index]
    assert alert_id["example"] in twin.tenant.alerts


def test_changes_are_documented_as_answers_without_a_body(
    document: dict[str, dict[str, dict[str, dict[str, object]]]],
) -> None:
    patches = [item["patch"]["responses"] for item in document["paths"].values() if "patch" in item]
    assert len(patches) >= 6
    for responses in patches:
        assert {status for status in responses if status < "3"} == {"204"}  # type: ignore[attr-defined]


def _source(function: Callable[..., Any]) -> str:
    """Return a route's code, with that of the functions of its module that it calls."""
    module = inspect.getmodule(function)
    called = [getattr(module, name, None) for name in function.__code__.co_names]
    ours: list[Any] = [one for one in called if inspect.isfunction(one) and inspect.getmodule(one) is module]
    return "".join(inspect.getsource(one) for one in [*ours, function])


@pytest.mark.parametrize("header", HEADERS)
def test_a_list_that_reads_a_header_says_so(
    document: dict[str, dict[str, dict[str, dict[str, object]]]], header: str
) -> None:
    reading = {
        path
        for path, routes in api_routes().items()
        for route in routes
        if "GET" in (route.methods or ()) and f'"{header}"' in _source(route.endpoint)
    }
    saying = {
        path
        for path, item in document["paths"].items()
        if any(one["name"] == header for one in item.get("get", {}).get("parameters", ()))  # type: ignore[attr-defined]
    }
    assert len(reading) > 1
    assert sorted(reading - saying) == [], "Add these families to HEADERS of visionone_sim/openapi.py."
