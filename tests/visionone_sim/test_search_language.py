from typing import Any

import pytest

from visionone_sim.errors import BadRequestError
from visionone_sim.search_language import parse_search

RECORD: dict[str, Any] = {
    "endpointHostName": "FIN-LT-042",
    "dpt": 443,
    "processCmd": r'"C:\Windows\Taskmgr.exe" /7',
    "endpointIp": ["10.0.0.1", "10.0.0.2"],
    "detail": {"inner": "deep"},
    "eventId": "TELEMETRY_PROCESS",
}


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("*", True),
        ("endpointHostName: *", True),
        ("nothing: *", False),
        ("endpointHostName:fin", True),
        ('endpointHostName:"LT-0"', True),
        ("endpointHostName:fin*042", True),
        ("endpointHostName:042*fin", False),
        ("dpt:443", True),
        ("dpt:44", False),
        ("dpt:4*", True),
        ("eventId:TELEMETRY", False),
        ("endpointIp:10.0.0.2", True),
        ("detail:deep", True),
        (r'processCmd:"\"C:\\Windows\\Taskmgr.exe\""', True),
        ("dpt:443 and endpointHostName:hr", False),
        ("dpt:443 or endpointHostName:hr", True),
        ("dpt:80 or dpt:443 and endpointHostName:fin", True),
        ("(dpt:80 or dpt:443) AND NOT endpointHostName:fin", False),
        ("not dpt:80", True),
        ("not not dpt:80", False),
        ("dpt:443 endpointHostName:fin", True),
        ("dpt:443 endpointHostName:hr", False),
    ],
)
def test_a_query_is_asked_about_a_record(query: str, fits: bool) -> None:
    assert parse_search(query)(RECORD) is fits


@pytest.mark.parametrize(
    "query", ["", "(", "dpt:443)", "and", "dpt", "dpt:443 or", "(dpt:443", "not " * 60 + "dpt:1", "x" * 3000]
)
def test_what_cannot_be_read_is_refused(query: str) -> None:
    with pytest.raises(BadRequestError):
        parse_search(query)
