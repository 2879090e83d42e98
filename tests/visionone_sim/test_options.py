import json
from pathlib import Path

from visionone_sim.options import Started

STARTED = Started(url="http://127.0.0.1:1", api_key="k", pid=2, seed=3, scenario="empty", authority=Path("/tmp/ca.pem"))


def test_a_person_reads_where_it_is_and_whom_to_trust() -> None:
    assert STARTED.sentence() == ("Twin of Vision One on http://127.0.0.1:1 (scenario empty, key k, trust /tmp/ca.pem)")


def test_a_program_reads_the_same() -> None:
    assert json.loads(STARTED.document()) == {
        "url": "http://127.0.0.1:1",
        "api_key": "k",
        "pid": 2,
        "seed": 3,
        "scenario": "empty",
        "ca": "/tmp/ca.pem",
    }
