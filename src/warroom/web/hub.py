"""Tells all tabs what happens: the event log is read once, each event is written once, and every tab has its queue."""

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
from warroom.services.access import Permission, may
from warroom.services.app import App
from warroom.services.audit import PRIVATE_KINDS

log = structlog.get_logger(__name__)

PAGE = 500
QUEUE = 1000  # events that wait for one tab; a tab that is further behind reads its page's data again
REPLAY = 2000  # events that are told again to a tab that was away
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
    """An event as it goes over the wire: for those who may see secrets, and for the others."""

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
    """Whether there is something to hear under this name.

    >>> [is_topic(topic) for topic in ("queue", "incident:7", "incident:", "weather")]
    [True, True, False, False]
    """
    name, _, rest = topic.partition(":")
    return topic in KINDS_OF_TOPIC or (name == "incident" and rest.isascii() and rest.isdigit())


def may_hear(role: Role, topic: str) -> bool:
    return may(role, PERMISSION_OF_TOPIC[topic.partition(":")[0]])


class Listener:
    """One tab's place: its topics, and what waits to be sent to it."""

    def __init__(self) -> None:
        self.topics: frozenset[str] = frozenset()
        self.is_behind = False  # it missed something, and is to read its page's data again
        self.is_doubtful = False  # its session may have ended
        self.is_over = False  # nobody tells it anything any more
        self.news = asyncio.Event()
        self._queue: deque[Message] = deque()

    def offer(self, message: Message) -> None:
        """Queue an event that it wants; one too many empties the queue."""
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
        """Put what it missed before what came since."""
        later = [message for message in self._queue if message.sequence > upto]
        self._queue = deque([*(message for message in messages if message.concerns(self.topics)), *later])
        self.news.set()

    def take(self) -> list[Message]:
        """Give what waits, and forget it."""
        messages = list(self._queue)
        self._queue.clear()
        return messages


class Hub:
    """Reads the event log while there is somebody to tell."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._listeners: set[Listener] = set()
        self._task: asyncio.Task[None] | None = None
        self.sequence = 0  # how far the log has been told

    async def join(self, listener: Listener) -> None:
        if self._task is None or self._task.done():
            self.sequence = await self._app.audit.last(SYSTEM)
            if self._task is None or self._task.done():  # nobody else was faster
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
        """Send every tab away when the log cannot be read any more: it comes back, and that tries again."""
        if not task.cancelled() and (error := task.exception()):
            log.error("live push ended", error=str(error))
            for listener in self._listeners:
                listener.is_over = True
                listener.news.set()

    async def catch_up(self, listener: Listener, after: int) -> None:
        """Tell a tab what came after the last event that it knows, or that it is too far behind."""
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
    """Write an event for the wire."""
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
