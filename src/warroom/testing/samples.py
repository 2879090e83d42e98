"""Ready-made values for tests; each takes the fields that the test is about."""

from typing import Any

from warroom.model.entry import Entry
from warroom.model.ids import IncidentId, PlanId, TaskKey, entry_id
from warroom.model.incident import Incident, Mirror
from warroom.model.indicator import Indicator, indicator_id
from warroom.model.plan import Frame, PlanRecord, TaskRecord, TaskState
from warroom.model.user import Actor, Role
from warroom.services.ports.store import Changes
from warroom.testing.clock import START


def an_incident(number: int = 1, *, mirrors: str = "", **fields: Any) -> Incident:
    """An incident; `mirrors` is the remote id that it came from, of instance "one".

    >>> an_incident(3, mirrors="WB-9").mirror
    Mirror(instance='one', id='WB-9', direction='', tags=())
    """
    mirror = Mirror(instance="one", id=mirrors) if mirrors else None
    known = {"name": f"Incident {number}", "occurred": START, "created": START, "modified": START, "mirror": mirror}
    return Incident(id=IncidentId(str(number)), **{**known, **fields})


def an_actor(name: str = "ana", role: Role = Role.ADMIN) -> Actor:
    """Somebody who acts; an admin unless the test is about what others may.

    >>> an_actor(role=Role.READER)
    Actor(name='ana', role=<Role.READER: 1>)
    """
    return Actor(name=name, role=role)


def an_entry(number: int = 1, incident: int = 1, **fields: Any) -> Entry:
    """An entry.

    >>> an_entry(4, 17, contents="Isolated.").id
    '4@17'
    """
    home = IncidentId(str(incident))
    return Entry(id=entry_id(number, home), incident=home, **{"created": START, **fields})


def an_indicator(value: str = "evil.example.com", kind: str = "Domain", **fields: Any) -> Indicator:
    """An indicator that was seen at the clock's start.

    >>> an_indicator("198.51.100.7", "IP").score
    <Verdict.UNKNOWN: 0>
    """
    seen = {"created": START, "modified": START, "first_seen": START, "last_seen": START}
    return Indicator(id=indicator_id(kind, value), type=kind, value=value, **{**seen, **fields})


def a_plan(name: str = "p1", incident: int = 1, **fields: Any) -> PlanRecord:
    """A work plan that nobody drives yet.

    >>> a_plan("p2").state
    <PlanState.IN_PROGRESS: 'inprogress'>
    """
    frame = Frame(playbook="Collect Evidence", name="Collect Evidence", content="c0ffee")
    known = {"frame": frame, "created": START}
    return PlanRecord(id=PlanId(name), incident=IncidentId(str(incident)), **{**known, **fields})


def a_task(key: str = "1", plan: str = "p1", **fields: Any) -> TaskRecord:
    """A task that is being done.

    >>> a_task("5#3/2").key
    '5#3/2'
    """
    known = {"name": f"Task {key}", "state": TaskState.IN_PROGRESS}
    return TaskRecord(plan=PlanId(plan), key=TaskKey(key), **{**known, **fields})


def some_changes(**fields: Any) -> Changes:
    """A commit by DBot at the clock's start.

    >>> some_changes(incidents=[an_incident()]).actor
    'DBot'
    """
    return Changes(**{"actor": "DBot", "at": START, **fields})
