"""The check as it works on values; what it finds in a whole log is in test_sealing.py."""

from warroom.model.seal import LoggedRow
from warroom.services.sealing.check import Findings, Verdict, tail_problems


def row(sequence: int) -> LoggedRow:
    return LoggedRow(sequence=sequence, at=0, incident=None, kind="entry", actor="ana", body="[]")


def test_what_is_not_sealed_yet_has_no_gap_and_goes_to_its_end() -> None:
    assert list(tail_problems(None, [row(1), row(2)], 2)) == []
    assert list(tail_problems(None, [row(1), row(4)], 4)) == [
        "Event 2 is gone before it was sealed.",
        "Event 3 is gone before it was sealed.",
    ]
    assert list(tail_problems(None, [row(1)], 3)) == [
        "The last 2 events are gone: 3 were numbered, 1 is the last that is there."
    ]


def test_of_many_problems_the_first_are_named_and_the_rest_counted() -> None:
    findings = Findings()
    findings.add(str(number) for number in range(250))
    assert (len(findings.named), findings.named[0], findings.count) == (100, "0", 250)


def test_a_verdict_without_problems_is_whole() -> None:
    assert Verdict().is_whole
    assert not Verdict(problems=("Event 1 is gone.",)).is_whole
