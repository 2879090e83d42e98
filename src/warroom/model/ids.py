"""Identifiers, as distinct types of text."""

from typing import NewType

IncidentId = NewType("IncidentId", str)  # "17": counted from 1
EntryId = NewType("EntryId", str)  # "4@17": fourth entry of incident 17, as in XSOAR
PlanId = NewType("PlanId", str)  # a work plan: one playbook running on one incident
TaskKey = NewType("TaskKey", str)  # "5/2": task 2 of the sub-playbook that task 5 runs; "5#3/2": in its third loop turn
InstanceId = NewType("InstanceId", str)
IndicatorId = NewType("IndicatorId", str)  # of type and value, see model/indicator.py
WorkerId = NewType("WorkerId", str)  # a process that drives plans


def entry_id(number: int, incident: IncidentId) -> EntryId:
    """Compose an entry's id.

    >>> entry_id(4, IncidentId("17"))
    '4@17'
    """
    return EntryId(f"{number}@{incident}")


def nested_key(task: TaskKey, number: int) -> TaskKey:
    """Make the key of an action that a task's script called, counted from 1.

    >>> nested_key(TaskKey("5/2"), 1)
    '5/2@1'
    """
    return TaskKey(f"{task}@{number}")


def poll_key(task: TaskKey, number: int) -> TaskKey:
    """Make the key of an action that is a task's later poll, counted from 1.

    >>> poll_key(TaskKey("5/2"), 1), task_of(poll_key(TaskKey("5/2"), 1))
    ('5/2@look1', '5/2')
    """
    return TaskKey(f"{task}@look{number}")


def task_of(key: TaskKey) -> TaskKey:
    """Return the task of a nested action; a task's own key is itself.

    >>> task_of(TaskKey("5/2@1"))
    '5/2'
    """
    return TaskKey(key.partition("@")[0])


def incident_of(entry: EntryId) -> IncidentId:
    """Say which incident an entry belongs to; empty when the id is malformed.

    >>> incident_of(EntryId("4@17"))
    '17'
    """
    return IncidentId(entry.partition("@")[2])
