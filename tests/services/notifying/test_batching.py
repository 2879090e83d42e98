"""Few things are told one by one, a storm in few messages; nothing is left out and nothing comes twice."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from tests.outbound.notice import HOSTILE
from warroom.services.notifying.batching import ALONE, BUSY, PARTS, PAUSE, WINDOW, Due, Message, mark_of, messages
from warroom.services.ports.notices import Asked, Delivery, Sent
from warroom.testing.clock import START

SOC, BOSS = "mailto:soc@example.com", "mailto:boss@example.com"


def due(number: int, address: str = SOC, **given: object) -> Due:
    notice = replace(HOSTILE, key=f"{number}", about="incident", title=f"New incident {number}", asks=None)
    return replace(Due(id=f"{address} {number}", address=address, shape="json", notice=notice), **given)  # type: ignore[arg-type]


def sent(message: str, at: datetime, state: Sent = Sent.SENT, address: str = SOC) -> Delivery:
    return Delivery(
        id=message, message=message, address=mark_of(address), to=address, title="T", state=state, tries=1, at=at
    )


def made(parts: Sequence[Due], before: Sequence[Delivery] = (), now: datetime = START) -> list[Message]:
    return list(messages(parts, before, now))


def test_few_things_are_a_message_each() -> None:
    parts = [due(number) for number in range(ALONE)]
    assert [(one.id, one.notice) for one in made(parts)] == [(part.id, part.notice) for part in parts]


def test_many_at_once_are_one_message_for_each_address() -> None:
    storm = [due(number) for number in range(1000)]
    one, other = made([*storm, due(1, BOSS)])
    assert (one.address, len(one.parts), other.notice.title) == (SOC, 1000, "New incident 1")
    assert one.notice.title == "1,000 things at once: incident (1,000)"
    assert len(one.notice.lines) == PARTS + 1
    assert one.notice.lines[0].startswith("New incident 0. ")
    assert one.notice.lines[-1].startswith(f"… and {1000 - PARTS} more things")


def test_what_waits_for_a_decision_and_what_is_severest_is_named_first() -> None:
    parts = [due(number) for number in range(100)]
    grave = replace(parts[80].notice, severity=9.0, title="Grave")
    waiting = replace(parts[90].notice, asks=Asked(), severity=0.0, title="Waiting")
    parts[80], parts[90] = replace(parts[80], notice=grave), replace(parts[90], notice=waiting)
    (one,) = made(parts)
    assert [line.partition(".")[0] for line in one.notice.lines[:3]] == ["Waiting", "Grave", "New incident 0"]


def test_a_message_of_many_leads_to_where_decisions_are_made_when_one_waits() -> None:
    parts = [due(number) for number in range(ALONE + 1)]
    assert made(parts)[0].notice.link == "/"
    waiting = replace(parts[3].notice, about="approval", asks=Asked())
    (mixed,) = made([*parts, replace(parts[3], id="w", notice=waiting)])
    assert (mixed.notice.link, mixed.notice.asks) == ("/tasks", None)
    assert mixed.notice.title == "7 things at once: incident (6), approval (1)"


def test_an_address_that_has_had_many_waits_and_is_then_told_of_all_at_once() -> None:
    before = [sent(f"m{number}", START - timedelta(seconds=30)) for number in range(BUSY)]
    parts = [due(1), due(2)]
    assert made(parts, before) == []
    later = START + PAUSE
    (one,) = made(parts, before, later)
    assert len(one.parts) == 2
    assert [len(each.parts) for each in made(parts, before, START + WINDOW)] == [1, 1]
    assert len(made([due(1, BOSS)], before)) == 1


def test_things_that_went_in_one_message_count_as_one() -> None:
    before = [replace(sent("m", START), id=str(number)) for number in range(500)]
    assert len(made([due(1), due(2)], before)) == 2


def test_what_was_refused_for_now_is_sent_again_as_the_message_that_it_was() -> None:
    known = [replace(sent("digest", START, Sent.WAITING), id=f"{number}", tries=3) for number in range(7)]
    again = [due(number, known=known[number]) for number in range(7)]
    (same,) = made(again, known)
    assert (same.id, same.tries, len(same.parts)) == ("digest", 3, 7)
    both = made([*again, due(8)], known)
    assert [(one.id, len(one.parts)) for one in both] == [("digest", 7), (due(8).id, 1)]


def test_of_a_message_of_many_that_comes_again_what_is_over_is_left_out() -> None:
    known = sent("digest", START, Sent.WAITING)
    (left,) = made([due(3, known=known)], [known])
    assert (left.id, left.notice.title) == ("digest", "New incident 3")
