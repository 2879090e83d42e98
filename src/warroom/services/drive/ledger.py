"""The intents of one plan: what began and may have happened, and what came of it (design D4, and the audit)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from warroom.model.ids import TaskKey, task_of
from warroom.model.plan import Answer, Intent, TaskRecord, WaitKind
from warroom.services.drive.perform import actor_of
from warroom.services.drive.performed import Failed, Performed, Ready, Waits
from warroom.services.drive.play import Play, Starting
from warroom.services.secrecy.shortening import shortened_text, shortened_values


class Ledger:
    """Keeps a plan's intents as they are in the store; the caller commits the changes that it returns."""

    def __init__(self, intents: Iterable[Intent] = ()) -> None:
        self._open: defaultdict[TaskKey, list[Intent]] = defaultdict(list)
        self._ended: dict[TaskKey, Intent] = {}
        for intent in intents:
            if intent.ended is None:
                self.start(intent)
            else:
                self._ended[intent.key] = intent

    def start(self, *intents: Intent) -> None:
        for intent in intents:
            self._open[task_of(intent.key)].append(intent)

    def in_doubt(self, key: TaskKey, *, keyed: bool) -> Intent | None:
        """Return a task's action that may have happened and would act twice if it ran again.

        `keyed` says it of the task's own action; of those that its script called, their key does.
        """
        for intent in self._open.get(key, ()):
            if not (intent.idempotency_key if intent.key != key else keyed):
                return intent
        return None

    def ended(self, performed: Performed, now: datetime) -> list[Intent]:
        """Return the intents of a task with their outcomes.

        A later poll of a task has the outcome of the action that the first run started. While a person is asked whether
        an action happened, it stays open. Without a run, only refused requests are recorded.
        """
        if not performed.has_run:
            return list(performed.refused)
        if isinstance(performed.ending, Waits) and performed.ending.wait.kind is WaitKind.UNKNOWN:
            return []
        started = {(item.key, item.attempt): item for item in self._open.pop(performed.key, ())}
        started |= {(item.key, item.attempt): item for item in performed.outcome.intents}
        last = self._ended.get(performed.key)
        looked_at = [] if started or last is None else [last]
        told = [_told(intent, performed, now) for intent in (*started.values(), *looked_at)]
        self._ended |= {intent.key: intent for intent in told}
        return [intent for intent in told if intent != last]

    def given_up(self, key: TaskKey, answer: Answer, now: datetime) -> list[Intent]:
        """End a task's open intents: a person wants the action to run again, which is a new one."""
        word = f"It is not known whether it happened; {answer.actor} had it run again."
        told = [replace(intent, ended=now, answer=word, failed=True) for intent in self._open.pop(key, ())]
        self._ended |= {intent.key: intent for intent in told}
        return told


def intents_of(starting: Iterable[Starting], play: Play, now: datetime) -> list[Intent]:
    """Make the intents of the actions among the tasks that are about to run."""
    return [
        intent_of(play.records[item.key], item.ready, item.task.script, actor_of(play.plan), now)
        for item in starting
        if item.ready and item.ready.call.resolved.is_action
    ]


def intent_of(record: TaskRecord, ready: Ready, command: str, actor: str, now: datetime) -> Intent:
    """Make the intent of an action that is about to run."""
    call = ready.call
    return Intent(
        plan=record.plan,
        key=record.key,
        attempt=record.attempts + 1,
        command=command,
        idempotency_key=call.idempotency_key,
        started=now,
        actor=actor,
        target=shortened_values(call.resolved.visible(call.args)),
        approved=ready.approved,
    )


def _told(intent: Intent, performed: Performed, now: datetime) -> Intent:
    return replace(
        intent,
        ended=intent.ended or now,
        target=intent.target or shortened_values(performed.inputs or {}),
        answer=shortened_text(_answer(performed)) or intent.answer,
        failed=bool(performed.outcome.error) or isinstance(performed.ending, Failed),
    )


def _answer(performed: Performed) -> str:
    """Return the result: the reason of a failure, else the first entry's text."""
    if isinstance(performed.ending, Failed):
        return performed.ending.error
    texts = (entry.readable or str(entry.contents or "") for entry in performed.outcome.entries)
    return performed.outcome.error or next((text for text in texts if text), "")
