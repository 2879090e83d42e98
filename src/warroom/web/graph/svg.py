"""A playbook as SVG, with the states of a work plan or without.

Everything is said by classes, so that a page needs no inline style; `static/css/graph.css` styles them.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from warroom.content.playbook import Playbook, Task
from warroom.model.plan import TaskRecord
from warroom.web.graph.appearance import Flow, State, active, flow_of, kind_of, states_of
from warroom.web.graph.cards import Card, card
from warroom.web.graph.geometry import Box
from warroom.web.graph.labels import Label, place_labels
from warroom.web.graph.layers import Size
from warroom.web.graph.layout import CARD, MARGIN, Layout, place
from warroom.web.graph.route import Edge, Route, edges_of, route
from warroom.web.graph.shapes import escaped, head, number, plain_id, rounded, way
from warroom.web.graph.words import clean

DRAWN_ORDER = {Flow.DEAD: 0, Flow.OPEN: 1, Flow.TAKEN: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """The positions of everything; they are the same for all work plans of a playbook, and cached."""

    playbook: Playbook
    layout: Layout
    arrows: Mapping[Edge, str]  # line and head as SVG
    labels: Mapping[Edge, Label]
    inside: Mapping[str, "OpenedSubPlaybook"]  # by the id of the task that runs it


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedSubPlaybook:
    """A sub-playbook that is drawn on its parent's card. `prefix` begins the keys of its tasks."""

    prefix: str
    drawing: Drawing


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An SVG and its size. `active` is the key of the task that deserves a look first, "" when there is none."""

    svg: str
    width: float
    height: float
    active: str = ""


def draw(playbook: Playbook, opened: Mapping[str, Playbook] | None = None, prefix: str = "") -> Drawing:
    """Lay a playbook out. `opened` holds the sub-playbooks to draw in place, by the prefix of their tasks ("5#2/")."""
    inside = {
        task_id: OpenedSubPlaybook(prefix=below, drawing=draw(child, opened, below))
        for below, child in (opened or {}).items()
        if (task_id := _opened_by(below, prefix)) in playbook.tasks
    }
    layout = place(playbook, {task_id: _room(each.drawing.layout) for task_id, each in inside.items()})
    routes = route(edges_of(playbook), layout)
    return Drawing(
        playbook=playbook,
        layout=layout,
        arrows={each.edge: _arrow(each) for each in routes},
        labels=place_labels(routes, layout),
        inside=inside,
    )


def _opened_by(below: str, prefix: str) -> str:
    """Name the task of this frame that runs another frame; "" when another frame's task does.

    >>> [_opened_by(below, "5/") for below in ("5/3/", "5/3#1/", "5/3/4/", "6/")]
    ['3', '3', '', '']
    """
    rest = below.removeprefix(prefix).removesuffix("/")
    return rest.partition("#")[0] if below.startswith(prefix) and "/" not in rest else ""


def _room(layout: Layout) -> Size:
    return layout.width, layout.height + CARD[1] - MARGIN / 2


class Drawings:
    """Keeps drawings: a work plan changes often, its playbook does not."""

    def __init__(self, held: int = 128) -> None:
        self._held = held
        self._drawings: OrderedDict[tuple[str, ...], Drawing] = OrderedDict()

    def of(self, playbook: Playbook, opened: Mapping[str, Playbook] | None = None, prefix: str = "") -> Drawing:
        """The drawing of these versions of the playbooks."""
        key = (playbook.sha256, prefix, *(part for at, each in (opened or {}).items() for part in (at, each.sha256)))
        drawing = self._drawings.get(key)
        if drawing is None:
            drawing = self._drawings[key] = draw(playbook, opened, prefix)
        self._drawings.move_to_end(key)
        while len(self._drawings) > self._held:
            self._drawings.popitem(last=False)
        return drawing


def work_plan_svg(
    playbook: Playbook, tasks: Mapping[str, TaskRecord], *, prefix: str = "", drawing: Drawing | None = None
) -> Picture:
    """Draw a work plan: tasks are options of a list box, with their states.

    `tasks` holds the plan's records by key; `prefix` chooses the frame of a sub-playbook ("5/", "5#2/").
    """
    drawn = drawing or draw(playbook, prefix=prefix)
    key = _active(drawn, tasks, prefix)
    return _picture(drawn, tasks, prefix, f' role="listbox" data-active="{escaped(key)}"', active_key=key)


def _active(drawn: Drawing, tasks: Mapping[str, TaskRecord], prefix: str) -> str:
    """Return the key of the task to show first; it can be in an opened sub-playbook."""
    first = active(states_of(drawn.playbook, tasks, prefix))
    if inside := drawn.inside.get(first):
        return _active(inside.drawing, tasks, inside.prefix) or prefix + first
    return prefix + first if first else ""


def playbook_svg(playbook: Playbook, *, drawing: Drawing | None = None) -> Picture:
    """Draw a playbook as such, as one image."""
    return _picture(drawing or draw(playbook), None, "", ' role="img"')


def _picture(
    drawn: Drawing, tasks: Mapping[str, TaskRecord] | None, prefix: str, attributes: str, active_key: str = ""
) -> Picture:
    layout = drawn.layout
    wide, high = number(layout.width), number(layout.height)
    title = f"plan-title-{plain_id(prefix)}"
    name = clean(drawn.playbook.name) or "Playbook"
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="work-plan{" plain" if tasks is None else ""}"{attributes}'
        f' aria-labelledby="{title}" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}"'
        f' data-prefix="{escaped(prefix)}"><title id="{title}">{escaped(name)}</title>'
    )
    svg = "".join((opening, *_content(drawn, tasks, prefix), "</svg>"))
    return Picture(svg=svg, width=layout.width, height=layout.height, active=active_key)


def _content(drawn: Drawing, tasks: Mapping[str, TaskRecord] | None, prefix: str) -> Iterator[str]:
    """Edges, cards, and on the cards of opened sub-playbooks their own content."""
    states = {} if tasks is None else states_of(drawn.playbook, tasks, prefix)
    yield '<g class="edges" aria-hidden="true">'
    yield from _edges(drawn, states)
    yield '</g><g class="tasks" role="presentation">'
    for task in _in_reading_order(drawn):
        inside = drawn.inside.get(task.id)
        box = drawn.layout.boxes[task.id]
        opened = inside.prefix if inside else ""
        yield card(
            Card(task=task, kind=kind_of(task), box=box, state=states.get(task.id), key=prefix + task.id, opened=opened)
        )
        if inside:
            yield f'<g class="inside" role="presentation" transform="translate({_below_head(box, inside)})">'
            yield from _content(inside.drawing, tasks, inside.prefix)
            yield "</g>"
    yield "</g>"


def _below_head(box: Box, inside: OpenedSubPlaybook) -> str:
    left = box.middle - inside.drawing.layout.width / 2
    return f"{number(left)} {number(box.bottom - inside.drawing.layout.height)}"


def _in_reading_order(drawn: Drawing) -> list[Task]:
    """Sort from top to bottom and left to right, which is the order of the Tab key."""
    boxes = drawn.layout.boxes
    return sorted(drawn.playbook.tasks.values(), key=lambda task: (boxes[task.id].y, boxes[task.id].x))


def _edges(drawn: Drawing, states: Mapping[str, State]) -> list[str]:
    flows = {edge: _flow(drawn.playbook, edge, states) for edge in drawn.arrows}
    ordered = sorted(drawn.arrows, key=lambda edge: DRAWN_ORDER[flows[edge]])
    lines = [_edge(edge, drawn.arrows[edge], flows[edge]) for edge in ordered]
    return lines + [_label(edge, label, flows[edge]) for edge, label in drawn.labels.items()]


def _flow(playbook: Playbook, edge: Edge, states: Mapping[str, State]) -> Flow:
    state = states.get(edge.source)
    return flow_of(edge, playbook.tasks[edge.source], state.record) if state else Flow.OPEN


def _arrow(each: Route) -> str:
    return f'<path class="line" d="{way(each.points)}"/><path class="head" d="{head(each.points[-1])}"/>'


def _edge(edge: Edge, arrow: str, flow: Flow) -> str:
    css = f"edge {flow}{' on-error' if edge.is_error else ''}"
    return f'<g class="{css}" data-from="{escaped(edge.source)}" data-to="{escaped(edge.target)}">{arrow}</g>'


def _label(edge: Edge, label: Label, flow: Flow) -> str:
    box = label.box
    css = f"label {flow}{' on-error' if edge.is_error else ''}"
    pill = rounded(box, box.height / 2, "pill")
    return (
        f'<g class="{css}" transform="translate({number(box.x)} {number(box.y)})">{pill}'
        f'<text x="{number(box.width / 2)}" y="14">{escaped(label.text)}</text></g>'
    )
