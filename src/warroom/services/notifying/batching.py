"""Groups due notices into messages: one each while there are few, a summary of many in a storm; pure."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from warroom.model.sentence import counted
from warroom.services.ports.notices import Delivery, Notice

ALONE = 5  # notices that are due for an address at once; more of them are sent as one message
BUSY = 10  # messages to one address within the window; further notices are sent as one message
WINDOW = timedelta(minutes=30)
PAUSE = timedelta(minutes=2)  # between messages to an address after a number of them
PARTS = 30  # notices that one message lists; the rest is counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One notice for one address; `known` is its delivery so far, where it was tried before."""

    id: str
    address: str
    shape: str
    notice: Notice
    known: Delivery | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to send: a single notice, or a summary of many."""

    id: str
    notice: Notice
    parts: Sequence[Due]

    @property
    def address(self) -> str:
        return self.parts[0].address

    @property
    def tries(self) -> int:
        """Return how often it was tried before."""
        return max(part.known.tries if part.known else 0 for part in self.parts)


def messages(due: Sequence[Due], sent: Sequence[Delivery], now: datetime) -> Iterator[Message]:
    """Make messages of what is due; what is held back by an address's rate limit is due at the next check."""
    by_address: defaultdict[str, list[Due]] = defaultdict(list)
    for one in due:
        by_address[one.address].append(one)
    lately: defaultdict[str, dict[str, datetime]] = defaultdict(dict)
    for delivery in sent:
        if delivery.at > now - WINDOW:
            lately[delivery.address][delivery.message] = delivery.at
    for address, parts in by_address.items():
        yield from _again(parts)
        yield from _new([one for one in parts if one.known is None], lately[mark_of(address)], now)


def mark_of(address: str) -> str:
    """Return what is stored of an address: its digest, since a webhook's path is as good as a password."""
    return sha256(address.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _again(parts: Sequence[Due]) -> Iterator[Message]:
    """Send temporarily refused notices again under the same message id, so that a copy can be recognized."""
    by_message: defaultdict[str, list[Due]] = defaultdict(list)
    for one in parts:
        if one.known:
            by_message[one.known.message or one.id].append(one)
    for name, again in by_message.items():
        yield Message(id=name, notice=_together(again), parts=again)


def _new(parts: Sequence[Due], lately: dict[str, datetime], now: datetime) -> Iterator[Message]:
    if len(parts) <= ALONE and len(lately) + len(parts) <= BUSY:
        for one in parts:
            yield Message(id=one.id, notice=one.notice, parts=[one])
        return
    if len(lately) >= BUSY and max(lately.values()) > now - PAUSE:
        return
    if parts:
        name = sha256(" ".join(one.id for one in parts).encode()).hexdigest()[:32]
        yield Message(id=parts[0].id if len(parts) == 1 else name, notice=_together(parts), parts=parts)


def _together(parts: Sequence[Due]) -> Notice:
    """Summarize notices in one: counts by kind; by name first what waits for a decision, then the most severe."""
    parts = sorted(parts, key=lambda one: (one.notice.asks is None, -one.notice.severity, one.notice.since))
    first = parts[0].notice
    if len(parts) == 1:
        return first
    kinds = Counter(one.notice.about for one in parts)
    says = ", ".join(f"{about} ({count:,})" for about, count in kinds.most_common())
    lines = [f"{one.notice.title}. {one.notice.text}" for one in parts[:PARTS]]
    if len(parts) > PARTS:
        lines.append(f"… and {counted(len(parts) - PARTS, 'more thing')}, which the console shows.")
    return replace(
        first,
        key=" ".join(one.notice.key for one in parts),
        about="digest",
        title=f"{len(parts):,} things at once: {says}",
        text="Several came at once and are summarized in one message.",
        link="/tasks" if any(one.notice.asks for one in parts) else "/",
        severity=max(one.notice.severity for one in parts),
        since=min(one.notice.since for one in parts),
        lines=tuple(lines),
        asks=None,
    )
