"""A playbook as SVG, with the states of a work plan or without.

Everything is said by classes, so that a page needs no inline style; `static/css/graph.css` gives them their looks.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from warroom.content.playbook import Playbook, Task
from warroom.model.plan import TaskRecord
from warroom.web.graph.cards import Card, card
from warroom.web.graph.labels import Label, place_labels
from warroom.web.graph.layout import Layout, place
from warroom.web.graph.looks import Flow, State, active, flow_of, kind_of, states_of
from warroom.web.graph.route import Edge, Route, edges_of, route
from warroom.web.graph.shapes import escaped, head, number, plain_id, rounded, way
from warroom.web.graph.words import clean

DRAWN_ORDER = {Flow.DEAD: 0, Flow.OPEN: 1, Flow.TAKEN: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Where everything lies; the same for all work plans of a playbook, so worth keeping by its `sha256`."""

    playbook: Playbook
    layout: Layout
    arrows: Mapping[Edge, str]  # line and head as SVG
    labels: Mapping[Edge, Label]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An SVG and its size. `active` is the key of the task that deserves a look first, "" when there is none."""

    svg: str
    width: float
    height: float
    active: str = ""


def draw(playbook: Playbook) -> Drawing:
    """Lay a playbook out."""
    layout = place(playbook)
    routes = route(edges_of(playbook), layout)
    arrows = {each.edge: _arrow(each) for each in routes}
    return Drawing(playbook=playbook, layout=layout, arrows=arrows, labels=place_labels(routes, layout))


class Drawings:
    """Keeps drawings: a work plan changes often, its playbook does not."""

    def __init__(self, held: int = 128) -> None:
        self._held = held
        self._drawings: OrderedDict[str, Drawing] = OrderedDict()

    def of(self, playbook: Playbook) -> Drawing:
        """The drawing of this version of a playbook."""
        drawing = self._drawings.get(playbook.sha256)
        if drawing is None or not playbook.sha256:
            drawing = self._drawings[playbook.sha256] = draw(playbook)
        self._drawings.move_to_end(playbook.sha256)
        while len(self._drawings) > self._held:
            self._drawings.popitem(last=False)
        return drawing


def work_plan_svg(
    playbook: Playbook, tasks: Mapping[str, TaskRecord], *, prefix: str = "", drawing: Drawing | None = None
) -> Picture:
    """Draw a work plan: tasks are options of a list box, with their states.

    `tasks` holds the plan's records by key; `prefix` chooses the frame of a sub-playbook ("5/", "5#2/").
    """
    states = states_of(playbook, tasks, prefix)
    drawn = drawing or draw(playbook)
    first = active(states)
    key = prefix + first if first else ""
    return _picture(drawn, states, prefix, f' role="listbox" data-active="{escaped(key)}"', active_key=key)


def playbook_svg(playbook: Playbook, *, drawing: Drawing | None = None) -> Picture:
    """Draw a playbook as such, as one image."""
    return _picture(drawing or draw(playbook), {}, "", ' role="img"')


def _picture(
    drawn: Drawing, states: Mapping[str, State], prefix: str, attributes: str, active_key: str = ""
) -> Picture:
    layout = drawn.layout
    wide, high = number(layout.width), number(layout.height)
    title = f"plan-title-{plain_id(prefix)}"
    name = clean(drawn.playbook.name) or "Playbook"
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="work-plan{"" if states else " plain"}"{attributes}'
        f' aria-labelledby="{title}" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}"'
        f' data-prefix="{escaped(prefix)}"><title id="{title}">{escaped(name)}</title>'
    )
    parts = (
        opening,
        '<g class="edges" aria-hidden="true">',
        *_edges(drawn, states),
        '</g><g class="tasks" role="presentation">',
        *(_task(drawn, task, states.get(task.id), prefix) for task in _in_reading_order(drawn)),
        "</g></svg>",
    )
    return Picture(svg="".join(parts), width=layout.width, height=layout.height, active=active_key)


def _in_reading_order(drawn: Drawing) -> list[Task]:
    """From top to bottom and left to right: the order in which Tab goes through them."""
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


def _task(drawn: Drawing, task: Task, state: State | None, prefix: str) -> str:
    return card(Card(task=task, kind=kind_of(task), box=drawn.layout.boxes[task.id], state=state, key=prefix + task.id))
