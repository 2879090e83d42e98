import json
from dataclasses import replace

from tests.outbound.notice import HOSTILE
from warroom.outbound.messages import LONGEST, SHAPES, plain
from warroom.services.notifying.batching import PARTS

URL = "https://warroom.example/tasks"


def test_every_shape_holds_what_is_told_and_the_link() -> None:
    for make in SHAPES.values():
        body = json.dumps(make(HOSTILE, URL, "id"))
        assert "bob asks for" in body
        assert URL in body
        assert "\\u0000" not in body
        assert "\\u001b" not in body


def test_slack_reads_no_mention_and_no_link_in_what_is_told() -> None:
    body = SHAPES["slack"](HOSTILE, URL, "id")
    assert "<" not in body["text"]
    assert "&lt;!channel&gt;" in body["text"]
    assert {block["text"]["type"] for block in body["blocks"]} == {"plain_text"}


def test_teams_reads_no_markdown_in_what_is_told() -> None:
    body = SHAPES["teams"](HOSTILE, URL, "id")
    card = body["attachments"][0]["content"]
    assert (body["type"], card["type"]) == ("message", "AdaptiveCard")
    assert {item["type"] for item in card["body"]} == {"RichTextBlock"}
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": "Open it in warroom", "url": URL}]


def test_many_things_are_a_line_each_within_what_readers_take() -> None:
    storm = replace(HOSTILE, lines=tuple(f"{number} <!here> " + "ü" * 5000 for number in range(PARTS + 1)))
    for name, make in SHAPES.items():
        body = make(storm, URL, "id")
        text = json.dumps(body, ensure_ascii=False)
        assert all(f"{number} <!here> " in text for number in range(PARTS + 1)), name
        assert len(text.encode()) < 28_000
    slack = SHAPES["slack"](storm, URL, "id")
    assert len(slack["blocks"]) == PARTS + 3
    assert max(len(block["text"]["text"]) for block in slack["blocks"]) < 3000
    assert "lines" not in SHAPES["json"](HOSTILE, URL, "id")


def test_without_an_address_of_the_console_there_is_no_link() -> None:
    assert "actions" not in SHAPES["teams"](HOSTILE, "", "id")["attachments"][0]["content"]
    assert len(SHAPES["slack"](HOSTILE, "", "id")["blocks"]) == 1


def test_a_text_is_bounded() -> None:
    assert len(plain("x" * 1_000_000)) == LONGEST
