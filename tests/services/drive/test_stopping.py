from dataclasses import replace

from warroom.content.playbook import Playbook
from warroom.model.ids import PlanId, TaskKey
from warroom.model.plan import STOP, Answer, Frame, Intent, PlanRecord, PlanState, TaskRecord, TaskState
from warroom.services.drive.play import FrameRun, Play
from warroom.services.drive.stopping import as_ended, ending, left_undone, stop_among
from warroom.testing.clock import START
from warroom.testing.samples import an_incident, some_changes
from warroom.testing.store import MemoryStore

FRAME = Frame(playbook="old", name="Old", content="")
PLAN = PlanRecord(id=PlanId("old"), incident=an_incident().id, frame=FRAME, created=START, epoch=3)
WORD = Answer(plan=PLAN.id, key=TaskKey(f"{STOP}new"), choice="New", actor="ana", at=START)


def task(key: str, state: TaskState, error: str = "") -> TaskRecord:
    started = None if state is TaskState.NOT_STARTED else START
    return TaskRecord(plan=PLAN.id, key=TaskKey(key), name=f"task {key}", state=state, started=started, error=error)


def play(state: PlanState, *records: TaskRecord) -> Play:
    made = Play(PLAN)
    made.frames[""] = FrameRun("", FRAME, Playbook(id="old", name="Old", start="0", tasks={}), state=state)
    made.records = {record.key: record for record in records}
    return made


def test_only_a_word_to_the_plan_as_a_whole_stops_it() -> None:
    answer = Answer(plan=PLAN.id, key=TaskKey("1"), choice="yes", actor="ana", at=START)
    assert stop_among([answer]) is None
    assert stop_among([answer, WORD]) is WORD


def test_what_had_begun_is_left_and_what_is_over_stays() -> None:
    states = (TaskState.COMPLETED, TaskState.IN_PROGRESS, TaskState.WAITING, TaskState.NOT_STARTED, TaskState.ERROR)
    records = [task(str(number), state) for number, state in enumerate(states)]
    assert [(record.key, record.state) for record in left_undone(records, START)] == [
        ("1", TaskState.SKIPPED),
        ("2", TaskState.SKIPPED),
    ]


async def test_the_end_is_fenced_and_said_in_the_war_room() -> None:
    running = play(PlanState.IN_PROGRESS, task("1", TaskState.WAITING))
    changes = await ending(MemoryStore(), running, WORD, START)
    assert changes.fence is not None
    assert (changes.fence.epoch, changes.plans[0].state) == (3, PlanState.REPLACED)
    assert changes.entries[0].contents == "'Old' was replaced by 'New'; left unfinished: task 1."


async def test_of_an_action_that_was_cut_off_the_end_does_not_say_that_it_was_not_done() -> None:
    store = MemoryStore()
    cut_off = Intent(plan=PLAN.id, key=TaskKey("2"), attempt=1, command="isolate", started=START)
    done = replace(cut_off, key=TaskKey("3"), ended=START)
    await store.commit(some_changes(plans=[PLAN], intents=[cut_off, done]))
    running = play(PlanState.IN_PROGRESS, *(task(key, TaskState.IN_PROGRESS) for key in ("1", "2", "3")))
    (told,) = (await ending(store, running, WORD, START)).entries
    assert str(told.contents).endswith(
        "; left unfinished: task 1, task 3; began, and it is not known whether it happened: task 2."
    )


def test_a_plan_ends_as_its_playbook_does() -> None:
    assert as_ended(play(PlanState.IN_PROGRESS), START) is None
    ended = as_ended(play(PlanState.FAILED, task("1", TaskState.ERROR, "no such host")), START)
    assert ended is not None
    assert (ended.state, ended.error, ended.ended) == (PlanState.FAILED, "task 1: no such host", START)
