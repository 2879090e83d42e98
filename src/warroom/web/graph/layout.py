"""The position of each task: the author's, or in layers when positions are missing or cards overlap."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import hypot

from warroom.content.playbook import Playbook, TaskKind
from warroom.web.graph.geometry import Box, Point, centred, has_overlap
from warroom.web.graph.layers import Size, in_layers

CARD: Size = (300.0, 72.0)
SIZES: Mapping[TaskKind, Size] = {
    TaskKind.START: (132.0, 44.0),
    TaskKind.TITLE: (300.0, 48.0),
    TaskKind.REGULAR: CARD,
    TaskKind.CONDITION: CARD,
    TaskKind.PLAYBOOK: CARD,
    TaskKind.COLLECTION: CARD,
}
SCALE_X = 0.75  # XSOAR's cards are wider and farther apart than ours
SCALE_Y = 0.74
MARGIN = 64.0
FARTHEST = 100_000.0  # a position beyond it is an error or an attack; it must not stretch the drawing


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The tasks' boxes, with room for edges around them."""

    boxes: Mapping[str, Box]
    width: float
    height: float
    is_authors: bool


def place(playbook: Playbook, opened: Mapping[str, Size] | None = None) -> Layout:
    """Lay out a playbook; `opened` are tasks that need more room than a card, with what they hold."""
    sizes = {task.id: SIZES[task.kind] for task in playbook.tasks.values()}
    boxes = _as_drawn(playbook, sizes)
    is_authors = boxes is not None and not has_overlap(boxes.values())
    if boxes is None or not is_authors:
        boxes = in_layers(sizes, _pairs(playbook))
    for task_id, size in (opened or {}).items():
        boxes = _with_room(boxes, task_id, size)
    return _framed(boxes, is_authors=is_authors)


def _as_drawn(playbook: Playbook, sizes: Mapping[str, Size]) -> dict[str, Box] | None:
    """Return the author's positions, with smaller shapes centred in the card's place; None when one is missing."""
    boxes: dict[str, Box] = {}
    for task in playbook.tasks.values():
        if task.position is None or not hypot(*task.position) < FARTHEST:  # not a number is not less either
            return None
        middle = Point(task.position[0] * SCALE_X + CARD[0] / 2, task.position[1] * SCALE_Y + CARD[1] / 2)
        boxes[task.id] = centred(middle, *sizes[task.id])
    return boxes


def _pairs(playbook: Playbook) -> list[tuple[str, str]]:
    return [(task.id, to) for task in playbook.tasks.values() for targets in task.next.values() for to in targets]


def _with_room(boxes: Mapping[str, Box], task_id: str, size: Size) -> dict[str, Box]:
    """Enlarge one box; boxes beside and below it move, so that none overlap that did not before."""
    old = boxes[task_id]
    aside, down = max(0.0, size[0] - old.width) / 2, max(0.0, size[1] - old.height)
    moved = {}
    for name, box in boxes.items():
        dx = aside if box.x >= old.right else -aside if box.right <= old.x else 0.0
        moved[name] = box.moved(dx, down if box.y >= old.bottom else 0.0)
    moved[task_id] = Box(old.x - aside, old.y, old.right + aside, old.bottom + down)
    return moved


def _framed(boxes: Mapping[str, Box], *, is_authors: bool) -> Layout:
    left = min(box.x for box in boxes.values())
    top = min(box.y for box in boxes.values())
    moved = {task_id: box.moved(MARGIN - left, MARGIN - top) for task_id, box in boxes.items()}
    return Layout(
        boxes=moved,
        width=max(box.right for box in moved.values()) + MARGIN,
        height=max(box.bottom for box in moved.values()) + MARGIN,
        is_authors=is_authors,
    )
