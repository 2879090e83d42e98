from datetime import UTC, datetime

import pytest

from visionone_sim.errors import BadRequestError
from visionone_sim.services.control.seeds.endpoints import FileSeed
from visionone_sim.services.control.seeds.values import document, made, read
from visionone_sim.tenant.endpoints import Process, SensorPolicy
from visionone_sim.tenant.mail import Message

DEFAULTS = {"name": "a.exe", "path": "C:/a.exe", "sha1": "a" * 40}


def test_a_value_is_made_of_its_id_of_what_is_said_and_of_defaults() -> None:
    process = made(Process, {"commandLine": "a.exe /x"}, fixed={"pid": 7}, defaults=DEFAULTS)
    assert process == Process(pid=7, command_line="a.exe /x", **DEFAULTS)
    assert made(Process, document(process), fixed={"pid": 7}, defaults={}) == process


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"colour": "red"}, "Process has no field 'colour'; use some of pid, name, path, sha1, commandLine."),
        ({"pid": 8}, "The pid of Process is 7 by its path and cannot be 8."),
        ({"commandLine": 3}, "The field commandLine of Process cannot be 3: Input should be a valid string."),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(body: dict[str, object], sentence: str) -> None:
    with pytest.raises(BadRequestError) as caught:
        made(Process, body, fixed={"pid": 7}, defaults=DEFAULTS)
    assert caught.value.message == sentence


def test_what_is_not_a_word_of_a_closed_set_is_refused() -> None:
    with pytest.raises(BadRequestError, match="detectionAndResponse of SensorPolicy cannot be 'perhaps'"):
        made(SensorPolicy, {"detectionAndResponse": "perhaps"}, fixed={}, defaults={})


def test_an_order_is_refused_in_the_same_words() -> None:
    with pytest.raises(BadRequestError, match=r"^The field size of File cannot be -1: "):
        read(FileSeed, {"path": "a", "size": -1})


@pytest.mark.parametrize("text", ["2031-02-03T04:05:06Z", "2031-02-03T06:05:06+02:00", "2031-02-03T04:05:06"])
def test_times_are_in_utc(text: str) -> None:
    texts = dict.fromkeys(("unique_id", "message_id", "mail_box", "subject", "sender", "organization_id"), "x")
    message = made(Message, {"sent": text}, fixed={}, defaults={**texts, "recipients": ()})
    assert message.sent == datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert message.sent.tzinfo is UTC
