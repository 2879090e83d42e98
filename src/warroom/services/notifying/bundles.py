"""Which messages are made of what is due: one each, as long as there are few, and one of many in a storm; pure."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from warroom.model.sentence import counted
from warroom.services.ports.notices import Delivery, Notice

ALONE = 5  # things that are due for an address at once; more of them go as one message
BUSY = 10  # messages to one address within the window; what comes then goes together
WINDOW = timedelta(minutes=30)
PAUSE = timedelta(minutes=2)  # between messages to an address that has had so many
PARTS = 30  # things that one message names; the rest is a number


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One thing that one address is to be told; `known` is how its message stands, where it was tried before."""

    id: str
    address: str
    shape: str
    notice: Notice
    known: Delivery | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is sent at once: one thing, or many that come together."""

    id: str
    notice: Notice
    parts: Sequence[Due]

    @property
    def address(self) -> str:
        return self.parts[0].address

    @property
    def tries(self) -> int:
        """Say how often it was tried before."""
        return max(part.known.tries if part.known else 0 for part in self.parts)


def messages(due: Sequence[Due], sent: Sequence[Delivery], now: datetime) -> Iterator[Message]:
    """Make messages of what is due; what is held back, because an address has had many, is due at the next look."""
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
    """Give what is remembered of an address: the path of a webhook is as good as a password."""
    return sha256(address.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _again(parts: Sequence[Due]) -> Iterator[Message]:
    """Send what was refused for now as the same message, so that its reader knows a copy."""
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
    """Make one notice of many: how many of which kind; by name what waits for a decision, then what is severest."""
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
        text="So many came together that they are told in one message.",
        link="/tasks" if any(one.notice.asks for one in parts) else "/",
        severity=max(one.notice.severity for one in parts),
        since=min(one.notice.since for one in parts),
        lines=tuple(lines),
        asks=None,
    )
