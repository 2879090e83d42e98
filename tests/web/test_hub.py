import json
from datetime import UTC, datetime
from typing import Any

import pytest

from warroom.model.event import Event
from warroom.model.ids import IncidentId
from warroom.web.hub import QUEUE, Listener, Message, message_of


def an_event(sequence: int = 1, kind: str = "incident", **payload: Any) -> Event:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    return Event(sequence=sequence, at=at, incident=IncidentId("7"), kind=kind, actor="ana", payload=payload)


def a_message(sequence: int = 1, kind: str = "incident") -> Message:
    return message_of(an_event(sequence, kind))


@pytest.fixture
def listener() -> Listener:
    made = Listener()
    made.topics = frozenset({"queue"})
    return made


def test_a_tab_that_does_not_read_keeps_no_more_than_its_queue(listener: Listener) -> None:
    for number in range(QUEUE + 1):
        listener.offer(a_message(number))
    assert listener.is_behind
    assert listener.take() == []
    listener.offer(a_message(5000))
    assert [message.sequence for message in listener.take()] == [5000]


def test_what_is_told_again_stands_before_what_came_since_and_only_once(listener: Listener) -> None:
    listener.offer(a_message(3))
    listener.offer(a_message(4))
    listener.replay([a_message(2), a_message(3)], 3)
    assert [message.sequence for message in listener.take()] == [2, 3, 4]


def test_other_topics_do_not_wake_a_tab(listener: Listener) -> None:
    listener.offer(a_message(kind="entry"))
    assert not listener.news.is_set()


def test_an_event_about_users_makes_every_tab_look_at_its_session(listener: Listener) -> None:
    listener.offer(a_message(kind="user"))
    assert listener.is_doubtful
    assert listener.take() == []


def test_what_may_repeat_a_secret_is_not_told_below_responder() -> None:
    message = message_of(an_event(kind="task", key="5", error="wrong password s3cret"))
    assert json.loads(message.full)["error"] == "wrong password s3cret"
    assert json.loads(message.discreet) == {
        key: value for key, value in json.loads(message.full).items() if key != "error"
    }
