"""Formats of messages: mail, Slack, Teams; untrusted texts stay plain text in each of them."""

from warroom.model.json import JsonObject
from warroom.services.ports.notices import Notice

LONGEST_LINE = 200  # of one notice among many
LONGEST = 2000  # characters of a text: what is asked, not what an attacker may have filled it with


def plain(text: str, longest: int = LONGEST) -> str:
    r"""Put a text on one line, without what could begin a header or hide what follows.

    >>> plain("a\r\nBcc: b\x00 c")
    'a Bcc: b c'
    """
    kept = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(kept.split())[:longest]


def as_json(notice: Notice, url: str, message_id: str) -> JsonObject:
    body: JsonObject = {
        "id": message_id,
        "about": notice.about,
        "title": plain(notice.title, 200),
        "text": plain(notice.text),
        "since": notice.since.isoformat(),
        "url": url,
    }
    return {**body, "lines": lines_of(notice)} if notice.lines else body


def lines_of(notice: Notice) -> list[str]:
    """Return the notices of a message, each as one short line."""
    return [plain(line, LONGEST_LINE) for line in notice.lines]


def as_slack(notice: Notice, url: str, message_id: str) -> JsonObject:
    """Make the body that Slack's incoming webhooks document; texts are in fields without markup."""
    del message_id
    said = f"{plain(notice.title, 200)}\n{plain(notice.text)}"
    texts = [said, *lines_of(notice), url]  # 50 blocks at most
    blocks = [
        {"type": "section", "text": {"type": "plain_text", "text": text, "emoji": False}} for text in texts if text
    ]
    return {"text": _unmarked(plain(notice.title, 200)), "blocks": blocks}


def as_teams(notice: Notice, url: str, message_id: str) -> JsonObject:
    """Make the body of an Adaptive Card that Teams' workflows document; its texts are run as text, not as Markdown."""
    del message_id
    lines = [(plain(notice.title, 200), "Bolder"), (plain(notice.text), "Default")]
    lines += [(line, "Default") for line in lines_of(notice)]
    card: JsonObject = {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.4",
        "body": [
            {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, "weight": weight}]}
            for text, weight in lines
        ],
    }
    if url:
        card["actions"] = [{"type": "Action.OpenUrl", "title": "Open it in warroom", "url": url}]
    content = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [content]}


def _unmarked(text: str) -> str:
    """Write what Slack reads as markup as what it is.

    >>> _unmarked("<!channel> & <http://a|b>")
    '&lt;!channel&gt; &amp; &lt;http://a|b&gt;'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


SHAPES = {"json": as_json, "slack": as_slack, "teams": as_teams}
