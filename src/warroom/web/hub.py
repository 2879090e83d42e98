"""Pushes events to all tabs: the event log is read once, each event is encoded once, and every tab has its queue."""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog

from warroom.model.border import written
from warroom.model.event import Event
from warroom.model.json import JsonObject
from warroom.model.user import SYSTEM, Role
from warroom.services.app import App
from warroom.services.audit.audit import PRIVATE_KINDS
from warroom.services.people.access import Permission, may

log = structlog.get_logger(__name__)

PAGE = 500
QUEUE = 1000  # events that wait for one tab; a tab that is further behind reads its page's data again
REPLAY = 2000  # events that are replayed to a tab that was away
POLL_SECONDS = 1.0  # for what other processes write, and sign-ins, which do not go by the journal
# They may repeat what is masked for others, or say where a person works.
FOR_RESPONDERS = frozenset({"error", "comment", "choice", "form", "approves", "address"})

KINDS_OF_TOPIC = {
    "queue": frozenset({"incident", "plan"}),
    "tasks": frozenset({"task", "answer", "plan"}),
    "users": PRIVATE_KINDS,
    "instances": frozenset({"fetch", "instance", "mirror"}),
    "halts": frozenset({"halt"}),
}
PERMISSION_OF_TOPIC = {
    "queue": Permission.SEE,
    "tasks": Permission.SEE,
    "instances": Permission.SEE,
    "halts": Permission.SEE,
    "users": Permission.MANAGE_USERS,
    "incident": Permission.SEE,
}


@dataclass(frozen=True, slots=True)
class Message:
    """An event as JSON: for those who may see secrets, and for the others."""

    sequence: int
    kind: str
    incident: str
    full: str
    discreet: str

    def concerns(self, topics: frozenset[str]) -> bool:
        if self.kind not in PRIVATE_KINDS and self.incident and f"incident:{self.incident}" in topics:
            return True
        return any(self.kind in kinds for topic, kinds in KINDS_OF_TOPIC.items() if topic in topics)


def is_topic(topic: str) -> bool:
    """Whether there is a topic of this name.

    >>> [is_topic(topic) for topic in ("queue", "incident:7", "incident:", "weather")]
    [True, True, False, False]
    """
    name, _, rest = topic.partition(":")
    return topic in KINDS_OF_TOPIC or (name == "incident" and rest.isascii() and rest.isdigit())


def may_hear(role: Role, topic: str) -> bool:
    return may(role, PERMISSION_OF_TOPIC[topic.partition(":")[0]])


class Listener:
    """A tab's subscription: its topics, and the messages that wait for it."""

    def __init__(self) -> None:
        self.topics: frozenset[str] = frozenset()
        self.is_behind = False  # it missed something, and is to read its page's data again
        self.is_doubtful = False  # its session may have ended
        self.has_ended = False  # it gets no more messages
        self.news = asyncio.Event()
        self._queue: deque[Message] = deque()

    def offer(self, message: Message) -> None:
        """Queue an event of its topics; an overflow empties the queue."""
        if message.kind in PRIVATE_KINDS:
            self.is_doubtful = True
            self.news.set()
        if not message.concerns(self.topics):
            return
        if len(self._queue) >= QUEUE:
            self.fall_behind()
        else:
            self._queue.append(message)
        self.news.set()

    def fall_behind(self) -> None:
        self._queue.clear()
        self.is_behind = True
        self.news.set()

    def replay(self, messages: Iterable[Message], upto: int) -> None:
        """Put the missed messages before those that came since."""
        later = [message for message in self._queue if message.sequence > upto]
        self._queue = deque([*(message for message in messages if message.concerns(self.topics)), *later])
        self.news.set()

    def take(self) -> list[Message]:
        """Return the waiting messages, and remove them."""
        messages = list(self._queue)
        self._queue.clear()
        return messages


class Hub:
    """Reads the event log while there are listeners."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._listeners: set[Listener] = set()
        self._task: asyncio.Task[None] | None = None
        self.sequence = 0  # the last event that was sent

    async def join(self, listener: Listener) -> None:
        if self._task is None or self._task.done():
            self.sequence = await self._app.audit.last(SYSTEM)
            if self._task is None or self._task.done():  # no other task has read it meanwhile
                self._task = asyncio.create_task(self._tell())
                self._task.add_done_callback(self._ended)
        self._listeners.add(listener)

    async def leave(self, listener: Listener) -> None:
        self._listeners.discard(listener)
        if not self._listeners and self._task is not None:
            task, self._task = self._task, None
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Disconnect every tab when the log cannot be read: they will reconnect."""
        if not task.cancelled() and (error := task.exception()):
            log.error("live push ended", error=str(error))
            for listener in self._listeners:
                listener.has_ended = True
                listener.news.set()

    async def catch_up(self, listener: Listener, after: int) -> None:
        """Send a tab what came after the last event that it has, or the message that it is too far behind."""
        upto = self.sequence
        if after > upto or upto - after > REPLAY:
            listener.fall_behind()
            return
        if after == upto:
            return
        missed = await self._app.audit.events(after, SYSTEM, upto - after)
        listener.replay([message_of(event) for event in missed], upto)

    async def _tell(self) -> None:
        commits = self._app.journal.listen()
        try:
            while True:
                commits.clear()
                events = await self._app.audit.events(self.sequence, SYSTEM, PAGE)
                if events:
                    self._pass_on(events)
                    continue
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_SECONDS):
                        await commits.wait()
        finally:
            self._app.journal.unlisten(commits)

    def _pass_on(self, events: Sequence[Event]) -> None:
        for event in events:
            message = message_of(event)
            for listener in self._listeners:
                listener.offer(message)
        self.sequence = events[-1].sequence


def message_of(event: Event) -> Message:
    """Encode an event as a message."""
    head: JsonObject = {
        "sequence": event.sequence,
        "kind": event.kind,
        "incident": event.incident,
        "actor": event.actor,
        "at": event.at.isoformat(),
    }
    discreet = {key: value for key, value in event.payload.items() if key not in FOR_RESPONDERS}
    return Message(
        sequence=event.sequence,
        kind=event.kind,
        incident=event.incident or "",
        full=written({**event.payload, **head}),
        discreet=written({**discreet, **head}),
    )
