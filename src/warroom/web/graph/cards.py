"""A task as a card: outline by kind, icon, name in two lines, what it calls, and a badge with its state."""

import re
from dataclasses import dataclass

from warroom.content.playbook import Task, TaskKind
from warroom.web.graph.appearance import Appearance, Kind, State
from warroom.web.graph.geometry import Box
from warroom.web.graph.icons import FAILED_OVER, OF_APPEARANCE, OF_KIND
from warroom.web.graph.layout import CARD
from warroom.web.graph.shapes import chamfered, escaped, number, plain_id, rounded
from warroom.web.graph.words import ELLIPSIS, clean, lines, shortened, width

NAME = 13.0  # font sizes; graph.css says the same
BESIDE = 11.0
LONGEST_ID = 60.0
LINE = 16.0
BADGE = 11.0  # radius
POINTED = frozenset({Kind.CONDITION, Kind.DECISION})
WORD = re.compile(r"[-_. ]+")
RADIUS = {Kind.START: 22.0, Kind.TITLE: 24.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What is drawn; `state` None leaves states out."""

    task: Task
    kind: Kind
    box: Box
    state: State | None
    key: str
    opened: str = ""  # the prefix of the sub-playbook that is drawn on it

    @property
    def head(self) -> float:
        """The height of the part with the name."""
        return CARD[1] if self.opened else self.box.height

    @property
    def inset(self) -> float:
        return 26.0 if self.kind in POINTED else 14.0


def card(each: Card) -> str:
    """The card as a group at its place."""
    box = each.box
    css = f"task kind-{each.kind}" + (f" {each.state.appearance}" if each.state else "")
    css += " opened" if each.opened else ""
    css += " failed-over" if each.state and each.state.has_failed_over else ""
    return (
        f'<g class="{css}" transform="translate({number(box.x)} {number(box.y)})"{_attributes(each)}>'
        f"<title>{escaped(_told(each))}</title>{_outline(each)}{_icon(each)}{_words(each)}{_badge(each)}</g>"
    )


def _attributes(each: Card) -> str:
    facts = {"id": f"task-{plain_id(each.key)}", "data-task": each.key, "data-kind": each.kind.value}
    if each.kind is Kind.PLAYBOOK:
        facts["data-playbook"] = each.task.playbook
    if each.state:
        facts |= {
            "data-state": each.state.appearance.value,
            "role": "option",
            "aria-selected": "false",
            "tabindex": "0",
            "aria-label": spoken(each.task, each.state),
        }
        if frame := each.opened or each.state.frame:
            facts["data-frame"] = frame
        if (record := each.state.record) and record.wait and record.wait.wake_at:
            facts["data-wake"] = record.wait.wake_at.isoformat()
    return "".join(f' {name}="{escaped(value)}"' for name, value in facts.items())


def spoken(task: Task, state: State) -> str:
    """Return a card's text for screen readers: "Task 5: Isolate it? waiting for a person"."""
    name = _name(task)
    return f"Task {clean(task.id)}: {name}{'' if name[-1] in '.?!:' else ','} {state.said}"


def _name(task: Task) -> str:
    return clean(task.name) or ("Start" if task.kind is TaskKind.START else "Untitled")


def _told(each: Card) -> str:
    """The tooltip: what did not fit on the card."""
    calls = clean(f"{each.task.brand} {each.task.script}" if each.task.is_command else _called(each.task))
    name = _name(each.task)
    return f"{name} ({calls})" if calls and calls != name else name


def _called(task: Task) -> str:
    return task.playbook if task.kind is TaskKind.PLAYBOOK else task.script


def _outline(each: Card) -> str:
    box = each.box
    if each.kind in POINTED:
        return f'<path class="card" d="{chamfered(box)}"/>'
    behind = rounded(box, 10, "card behind", 5) if each.kind is Kind.PLAYBOOK and not each.opened else ""
    return behind + rounded(box, RADIUS.get(each.kind, 10), "card")


def _icon(each: Card) -> str:
    top = each.head / 2 - 14
    return (
        f'<g class="icon" transform="translate({number(each.inset)} {number(top)})">'
        f'<rect class="tile" width="28" height="28" rx="8"/>'
        f'<path transform="translate(6 6)" d="{OF_KIND[each.kind]}"/></g>'
    )


def _words(each: Card) -> str:
    """The name in one or two lines and below it, smaller, the number and what is called, all in the middle."""
    left = each.inset + 38
    room = each.box.width - left - (46 if each.state else 18) - (12 if each.kind in POINTED else 0)
    names = lines(_name(each.task), NAME, room, 1 if each.kind in RADIUS else 2)
    below = "" if each.kind in RADIUS else _below(each, room)
    block = LINE * len(names) + (LINE if below else 0)
    first = (each.head - block) / 2 + 12
    spans = [_line("name", left, first + LINE * row, text) for row, text in enumerate(names)]
    return "".join(spans) + (_line("beside", left, first + LINE * len(names), below) if below else "")


def _line(css: str, left: float, baseline: float, text: str) -> str:
    return f'<text class="{css}" x="{number(left)}" y="{number(baseline)}">{escaped(text)}</text>'


def _below(each: Card, room: float) -> str:
    """Return the number, the loop's turn, and the command; a long name keeps its end."""
    known = [shortened(f"#{clean(each.task.id)}", BESIDE, LONGEST_ID)]
    if (record := each.state.record if each.state else None) and (frame := record.frame) and frame.turn >= 0:
        known.append(f"turn {frame.turn + 1}" + (f" of {frame.turns}" if frame.turns else ""))
    called = clean(_called(each.task))
    if called and called != _name(each.task):
        before = " · ".join((*known, ""))
        known.append(ending(called, BESIDE, room - width(before, BESIDE)))
    return " · ".join(known)


def ending(text: str, size: float, room: float) -> str:
    """The end of a text that is wider than the room, from the beginning of a word when one is near.

    >>> ending("trendmicro-visionone-check-status", 10, 90)
    '…check-status'
    """
    if width(text, size) <= room:
        return text
    rest = shortened(text[::-1], size, room)[-2::-1]
    word = WORD.search(rest, 0, len(rest) // 2)
    return ELLIPSIS + rest[word.end() if word else 0 :]


def _badge(each: Card) -> str:
    if each.state is None or each.state.appearance is Appearance.PENDING or each.kind in RADIUS:
        return ""
    x = each.box.width - BADGE - (20 if each.kind in POINTED else 12)
    path = FAILED_OVER if each.state.has_failed_over else OF_APPEARANCE[each.state.appearance]
    return (
        f'<g class="badge" transform="translate({number(x)} {number(each.head / 2)})">'
        f'<circle r="{number(BADGE)}"/><path transform="translate(-8 -8)" d="{path}"/></g>'
    )
