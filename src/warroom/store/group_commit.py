"""Commits as rows, and many of them written in one transaction."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import Connection, bindparam, update

from warroom.model.errors import ConflictError, NotFoundError, WarroomError
from warroom.model.plan import QueueJob
from warroom.services.ports.blobs import Blobs
from warroom.services.ports.events import NewEvent
from warroom.services.ports.store import Changes, Committed
from warroom.store import (
    context_log,
    entries,
    events,
    fetches,
    incidents,
    instances,
    intents,
    mirrors,
    numbers,
    plans,
    search,
    tasks,
)
from warroom.store.body import Body, Large, micros, plain
from warroom.store.commit_state import CommitState
from warroom.store.sql import Row, Upsert, run
from warroom.store.tables import WORK_PLAN

Enqueue: TypeAlias = Callable[[Connection, Sequence[QueueJob]], None]

_SIGNAL = update(WORK_PLAN).where(WORK_PLAN.c.id == bindparam("plan")).values(signal=WORK_PLAN.c.signal + 1)

# In the order of reading: an incident, its entries, its plans.
_TABLES = (
    incidents.SAVE,
    search.SAVE,
    entries.SAVE,
    plans.SAVE,
    tasks.SAVE_TASK,
    intents.SAVE,
    tasks.SAVE_ANSWER,
    instances.SAVE_LAST_RUN,
    mirrors.SAVE_RECORD,
    mirrors.SAVE_RUN,
    instances.SAVE_MEMORY,
    context_log.SAVE_SNAPSHOT,
    fetches.SAVE_STATE,
    fetches.SAVE_ASIDE,
    fetches.SAVE_LINKED,
    fetches.SAVE_STORM_KEY,
)

FEW = 16  # incidents of one commit whose rows are made at once; a page of them is made in a thread


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A commit whose values have become rows; only the numbers of events and patches are missing."""

    changes: Changes
    rows: tuple[Sequence[Row], ...]  # in the order of _TABLES
    patches: Sequence[tuple[int, Body]]


async def prepare(changes: Changes, blobs: Blobs) -> Prepared:
    """Turn values into rows; what is large goes to the blob store now, before any transaction."""
    large: Large = []
    is_page = len(changes.incidents) > FEW
    rows = await asyncio.to_thread(_rows_of, changes, large) if is_page else _rows_of(changes, large)
    patches = [context_log.patch_body(patch, large) for patch in changes.patches]
    for data in large:
        await blobs.put(data, "body.json")
    return Prepared(changes=changes, rows=rows, patches=patches)


def _rows_of(changes: Changes, large: Large) -> tuple[Sequence[Row], ...]:
    last_run, snapshot, fetch = changes.last_run, changes.snapshot, changes.fetch
    return (
        [incidents.row_of(incident, large) for incident in changes.incidents],
        [search.row_of(incident) for incident in changes.incidents],
        [entries.row_of(entry, large) for entry in changes.entries],
        [plans.row_of(plan, large) for plan in changes.plans],
        [tasks.task_row(task, large) for task in changes.tasks],
        [intents.row_of(intent) for intent in changes.intents],
        [tasks.answer_row(answer) for answer in changes.answers],
        [instances.last_run_row(last_run)] if last_run else [],
        [mirrors.record_row(record) for record in changes.mirrors],
        [mirrors.run_row(changes.mirror_run)] if changes.mirror_run else [],
        [instances.memory_row(changes.memory)] if changes.memory else [],
        [context_log.snapshot_row(snapshot, large)] if snapshot else [],
        [fetches.state_row(fetch.state)] if fetch and fetch.state else [],
        [fetches.aside_row(untaken, large) for untaken in fetch.untaken] if fetch else [],
        [fetches.linked_row(linked) for linked in fetch.linked] if fetch else [],
        [fetches.storm_key_row(key) for key in fetch.storm_keys] if fetch else [],
    )


def write_group(
    connection: Connection, group: Sequence[Prepared], enqueue: Enqueue | None
) -> list[Committed | WarroomError]:
    """Write the valid commits; returns for each member its numbers or why it was refused."""
    state = CommitState.of(connection, [member.changes for member in group])
    outcomes: list[WarroomError | None] = []
    accepted: list[tuple[Prepared, list[NewEvent]]] = []
    for member in group:
        try:
            state.judge(member.changes)
        except (ConflictError, NotFoundError) as error:
            outcomes.append(error)
        else:
            outcomes.append(None)
            accepted.append((member, state.take_in(member.changes)))
    _write_rows(connection, [member for member, _ in accepted])
    patches = _write_patches(connection, [member for member, _ in accepted])
    last_events = _write_events(connection, accepted)
    jobs = [job for member, _ in accepted for job in member.changes.jobs]
    if jobs and enqueue:
        enqueue(connection, jobs)
    committed = (Committed(patches=numbers, event=event) for numbers, event in zip(patches, last_events, strict=True))
    return [refused or next(committed) for refused in outcomes]


def _write_rows(connection: Connection, members: Sequence[Prepared]) -> None:
    for position, upsert in enumerate(_TABLES):
        _write(connection, upsert, [row for member in members for row in member.rows[position]])
    for member in members:
        for answer in member.changes.answers:
            run(connection, _SIGNAL, plan=answer.plan)
        if member.changes.fetch:
            fetches.settle(connection, member.changes.fetch.settled)
            if member.changes.fetch.forget_before:
                fetches.forget_storms(connection, member.changes.fetch.forget_before)
            if member.changes.fetch.forget_dropped:
                fetches.forget_dropped(connection, member.changes.fetch.forget_dropped)


def _write_patches(connection: Connection, members: Sequence[Prepared]) -> list[tuple[int, ...]]:
    """The sequences of each member's patches."""
    counts = [len(member.patches) for member in members]
    if not any(counts):
        return [()] * len(members)
    sequence = numbers.take(connection, numbers.PATCH, sum(counts))
    given: list[tuple[int, ...]] = []
    rows: list[Row] = []
    for member in members:
        given.append(tuple(range(sequence, sequence + len(member.patches))))
        rows.extend(
            (number, incident, *body) for number, (incident, body) in zip(given[-1], member.patches, strict=True)
        )
        sequence += len(member.patches)
    _write(connection, context_log.SAVE_PATCH, rows)
    return given


def _write_events(connection: Connection, accepted: Sequence[tuple[Prepared, list[NewEvent]]]) -> list[int]:
    """The sequence of each member's last event, or of the one before when it has none."""
    if not accepted:
        return []
    sequence = numbers.take(connection, numbers.EVENT, sum(len(changed) for _, changed in accepted)) - 1
    last: list[int] = []
    rows: list[Row] = []
    for member, changed in accepted:
        at, actor = micros(member.changes.at), plain(member.changes.actor)
        for new_event in changed:
            sequence += 1
            rows.append(events.row_of(new_event, sequence, at, actor))
        last.append(sequence)
    _write(connection, events.SAVE, rows)
    return last


def _write(connection: Connection, upsert: Upsert, rows: Sequence[Row]) -> None:
    if rows:
        upsert.write(connection, rows)
