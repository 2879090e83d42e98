"""Lines of custody against the log; all of it, export and check, is in tests/services/evidence/test_exporting.py."""

import json

import pytest

from warroom.model.custody import KIND, Act, Custody
from warroom.model.ids import IncidentId
from warroom.model.seal import DOMAIN, LoggedRow
from warroom.services.proof.canonical import canonical
from warroom.services.proof.layout import LOG_DOMAIN, LOG_KIND
from warroom.services.proof.logged import log_problems
from warroom.services.proof.merkle import leaf_hash
from warroom.testing.signing import MemorySigner

SIGNER = MemorySigner()
ACT = Custody(incident=IncidentId("7"), act=Act.SAVED, name="a \u202e name").as_json()
LINE = {"sequence": 5, "at": "2026-01-05T09:00:00.000250+00:00", "by": "ana", "previous": "0" * 64, **ACT}
BODY = json.dumps([1, {"payload": ACT}])
ROW = LoggedRow(sequence=5, at=1_767_603_600_000_250, incident=7, kind=KIND, actor="ana", body=BODY)


def a_seal(body: str = BODY) -> dict[str, object]:
    says = {"number": 3, "first": 5, "last": 5, "root": leaf_hash(ROW.text()).hex()}
    signature = SIGNER.sign(DOMAIN, canonical(says)).hex()
    return {"says": says, "signature": signature, "events": [{"sequence": 5, "body": body}], "beside": []}


def problems(seal: object, **line: object) -> list[str]:
    return list(log_problems([seal], {5: {**LINE, **line}}, 7, SIGNER.public_key()))


def test_the_words_of_the_log_are_those_that_seals_and_events_have() -> None:
    assert (LOG_DOMAIN, LOG_KIND) == (DOMAIN, KIND)


def test_a_line_is_the_event_as_the_log_sealed_it() -> None:
    assert problems(a_seal()) == []


@pytest.mark.parametrize("changed", [{"by": "eve"}, {"at": "2026-01-05T09:00:00.000251+00:00"}])
def test_another_person_or_time_is_not_what_was_sealed(changed: dict[str, str]) -> None:
    assert problems(a_seal(), **changed) == [
        "does not prove the lines that seal 3 covers: one of them is not in the log like this."
    ]


@pytest.mark.parametrize("name", sorted(ACT))
def test_a_line_that_says_something_else_than_the_event_is_named(name: str) -> None:
    [problem] = problems(a_seal(), **{name: "other"})
    assert problem.startswith("does not prove the line of event 5: it says something else of ")


def test_another_event_is_not_what_was_sealed_and_is_not_the_line() -> None:
    other = json.dumps([1, {"payload": {**ACT, "reason": "put in"}}])
    assert len(problems(a_seal(other))) == 2


def test_a_seal_that_nobody_signed_is_told() -> None:
    assert problems({**a_seal(), "signature": "00" * 64}) == ["has a bad signature of seal 3."]
