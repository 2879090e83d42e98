"""Whatever is asked, the answer is one that the twin's own document names, and a refusal has the vendor's envelope."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.visionone_sim.conftest import NO_CERTIFICATES
from visionone_sim.openapi import FIELDS, KNOWN
from visionone_sim.testing import RunningTwin, start_twin

ODD_TEXTS = st.sampled_from(
    [
        "",
        " ",
        "x",
        "'",
        "''",
        "a' or 'b",
        "*",
        "(",
        "not not",
        "%00",
        "0",
        "-1",
        "9" * 40,
        "é",
        "💥",
        "\u202e",
        "a" * 3000,
    ]
)
ODD_IDS = ("x", "0", "%2F", "a%20b", "é")
TEXTS = st.one_of(ODD_TEXTS, st.text(max_size=20))
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=8,
)
ELEMENTS = st.dictionaries(st.one_of(st.sampled_from(FIELDS), TEXTS), st.one_of(TEXTS, JSON), max_size=5)
BODIES = st.one_of(st.lists(ELEMENTS, min_size=1, max_size=3), ELEMENTS, JSON)
FILTERS = st.one_of(
    TEXTS,
    st.sampled_from(
        ["id eq 'x'", "severity eq 'high' and", "contains(model,'a')", "endpointName eq 'x'", "*", "dpt:443", 'a:"b'],
    ),
)
QUERIES = st.dictionaries(
    st.sampled_from(
        ["top", "skipToken", "nextBatchToken", "orderBy", "filter", "startDateTime", "endDateTime", "mode"]
    ),
    st.one_of(TEXTS, st.sampled_from(["50", "2031-02-03T04:05:06Z", "W10", "countOnly", "createdDateTime desc"])),
    max_size=3,
)


@pytest.fixture(scope="module")
def running() -> Iterator[RunningTwin]:
    with start_twin() as twin:
        headers = {"Authorization": f"Bearer {twin.api_key}"}
        with httpx.Client(base_url=f"{twin.url}/v3.0", headers=headers, timeout=60) as client:
            _make_one_of_each(twin, client)
        yield twin


def _make_one_of_each(twin: RunningTwin, client: httpx.Client) -> None:
    host = next(iter(twin.tenant.endpoints.values())).name
    client.post("/response/endpoints/isolate", json=[{"endpointName": host}])
    client.post("/sandbox/files/analyze", files={"file": ("a", b"x")})
    client.post("/response/customScripts", data={"fileType": "bash"}, files={"file": ("a.sh", b"x")})
    client.post("/oat/dataPipelines", json={"riskLevels": ["low"], "hasDetail": True})
    client.post(f"/workbench/alerts/{next(iter(twin.tenant.alerts))}/notes", json={"content": "x"})
    case = {"name": "x", "priority": "P1", "status": "Open", "externalTicketAlias": "x", "externalTicketId": "x"}
    place = client.post("/caseManagement/cases", json=case).headers["location"]
    client.post(f"{place}/contents", json={"comment": "x"})
    client.post(f"{place}/attachments", files={"file": ("a", b"x")})
    twin.clock.advance(120)


@pytest.fixture(scope="module")
def anybody() -> Iterator[httpx.Client]:
    with httpx.Client(verify=NO_CERTIFICATES, timeout=60) as client:
        yield client


@pytest.fixture(scope="module")
def operations(running: RunningTwin) -> dict[str, set[int]]:
    """Each operation with the statuses that the document names."""
    document: dict[str, Any] = httpx.get(f"{running.url}/_twin/openapi.json", timeout=60).json()
    return {
        f"{method.upper()} {path}": set(map(int, operation["responses"]))
        for path, item in document["paths"].items()
        if path.startswith("/v3.0/")
        for method, operation in item.items()
    }


@pytest.mark.slow
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_request_is_answered_by_a_fault_of_ours(
    running: RunningTwin, anybody: httpx.Client, operations: dict[str, set[int]], data: st.DataObject
) -> None:
    operation = data.draw(st.sampled_from(sorted(operations)))
    method, template = operation.split(" ")
    path = re.sub(r"{(\w+)}", lambda found: _id(running, found[1], data), template)
    query = data.draw(QUERIES)
    headers = {"Authorization": f"Bearer {running.api_key}", "Content-Type": "application/json"}
    for name in data.draw(st.sets(st.sampled_from(["TMV1-Filter", "TMV1-Query", "If-Match"]), max_size=2)):
        headers[name] = data.draw(FILTERS)
    body = json.dumps(data.draw(BODIES)).encode() if method in {"POST", "PATCH"} else b""
    raw = [(name.encode(), _header(value)) for name, value in headers.items()]
    answer = anybody.request(method, running.url + path, params=query, headers=raw, content=body)
    assert answer.status_code in operations[operation], (operation, answer.status_code, answer.text)
    if answer.status_code >= 400:
        assert answer.json()["error"]["code"]


def _id(twin: RunningTwin, name: str, data: st.DataObject) -> str:
    # Which ids are known depends on what was done before, so a place is drawn, and not an id.
    place = data.draw(st.integers(0, 9))
    known = [str(each) for each in KNOWN[name](twin.tenant)] if name in KNOWN else ["00000001"]
    return known[place] if place < min(len(known), 5) else ODD_IDS[place % len(ODD_IDS)]


def _header(text: str) -> bytes:
    """Return what may stand in a header at all."""
    return re.sub(r"[\0-\x1f\x7f]", " ", text).strip().encode("utf-8", "replace")
