"""Mailboxes and the messages in them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias

MessageState: TypeAlias = Literal["delivered", "quarantined", "deleted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One copy of a message, in one mailbox; the copies of a message share its message id."""

    unique_id: str
    message_id: str
    mail_box: str
    subject: str
    sender: str
    recipients: tuple[str, ...]
    sent: datetime
    organization_id: str
    urls: tuple[str, ...] = ()
    source_ip: str = "192.0.2.25"
    state: MessageState = "delivered"


class MailStore(Mapping[str, Message]):
    """All messages by unique id, in the order in which they arrived."""

    def __init__(self) -> None:
        self._messages: dict[str, Message] = {}
        self._copies: dict[str, list[str]] = {}

    def __getitem__(self, unique_id: str) -> Message:
        return self._messages[unique_id]

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._messages))

    def __len__(self) -> int:
        return len(self._messages)

    def deliver(self, message: Message) -> None:
        """Take a copy in, in place of the one with its unique id."""
        old = self._messages.get(message.unique_id)
        if old is not None and old.message_id != message.message_id:
            self._copies[old.message_id].remove(old.unique_id)
        if old is None or old.message_id != message.message_id:
            self._copies.setdefault(message.message_id, []).append(message.unique_id)
        self._messages[message.unique_id] = message

    def remove(self, unique_id: str) -> None:
        gone = self._messages.pop(unique_id)
        self._copies[gone.message_id].remove(unique_id)

    def mark(self, unique_id: str, state: MessageState) -> None:
        self._messages[unique_id] = replace(self._messages[unique_id], state=state)

    def copies(self, message_id: str, mail_box: str | None) -> list[Message]:
        """Return the copies of a message, in one mailbox or in all."""
        found = [self._messages[unique_id] for unique_id in self._copies.get(message_id, ())]
        return [copy for copy in found if mail_box is None or copy.mail_box.casefold() == mail_box.casefold()]
