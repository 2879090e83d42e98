import pytest

from tests.services.world import playbook
from warroom.content.catalogue import Catalogue
from warroom.model.ids import TaskKey
from warroom.model.plan import Frame, PlanState, TaskRecord, TaskState
from warroom.playbook import PlanStarted, TaskDone, TaskFailed
from warroom.services.commands.library import Library
from warroom.services.drive.play import FrameRun, Play, prefix_of, split
from warroom.testing.clock import START
from warroom.testing.samples import a_plan, a_task
from warroom.testing.store import MemoryStore

TWO = """
'1': {id: '1', taskid: a, type: regular, task: {id: a, name: first, script: x}, nexttasks: {'#none#': ['2']}}
'2': {id: '2', taskid: b, type: playbook, task: {id: b, name: second, playbookName: Two}}
"""
BOOK = playbook(TWO, "Two")
FRAME = Frame(playbook="Two", name="Two", content=BOOK.sha256)
LATER = START.replace(hour=10)


async def a_library() -> Library:
    library = Library(Catalogue([]), MemoryStore())
    await library.pin(BOOK)
    return library


async def play_of(*records: TaskRecord) -> Play:
    return await Play.load(a_plan(frame=FRAME), records, await a_library())


@pytest.mark.parametrize(("key", "parts"), [("1", ("", "1")), ("5/2", ("5/", "2")), ("5#3/1/7", ("5#3/1/", "7"))])
def test_a_key_is_a_frame_and_a_task(key: str, parts: tuple[str, str]) -> None:
    assert split(TaskKey(key)) == parts


@pytest.mark.parametrize(
    ("key", "turn", "prefix"), [("5", -1, "5/"), ("5", 2, "5#2/"), ("5#0/1", 0, "5#0/1#0/"), ("5#1/7", -1, "5#1/7/")]
)
def test_a_frame_knows_its_prefix_and_the_task_that_owns_it(key: str, turn: int, prefix: str) -> None:
    frame = Frame(playbook="Two", name="Two", content="c", turn=turn)
    assert prefix_of(TaskKey(key), frame) == prefix
    assert FrameRun(prefix, frame, BOOK).owner == key


async def test_rows_follow_what_the_machine_decides() -> None:
    play = await play_of()
    (first,) = play.tell(play.root, PlanStarted(), START)
    assert (first.key, first.task.name) == ("1", "first")
    assert [(row.key, row.state) for row in play.take_changed()] == [
        ("0", TaskState.COMPLETED), ("1", TaskState.IN_PROGRESS)
    ]  # fmt: skip
    (second,) = play.tell(play.root, TaskDone("1"), LATER)
    done, _ = play.take_changed()
    assert (done.key, done.state, done.started, done.ended) == ("1", TaskState.COMPLETED, START, LATER)
    assert second.key == "2"
    assert play.take_changed() == []


async def test_the_frame_ends_with_its_last_task() -> None:
    play = await play_of()
    play.tell(play.root, PlanStarted(), START)
    play.tell(play.root, TaskFailed("1"), START)
    assert play.root.state is PlanState.FAILED


async def test_a_play_is_rebuilt_from_its_rows_with_the_frames_inside() -> None:
    records = [
        a_task("0", state=TaskState.COMPLETED, branch="#none#"),
        a_task("1", state=TaskState.COMPLETED, branch="#none#"),
        a_task("2", frame=FRAME),
        a_task("2/0", state=TaskState.COMPLETED, branch="#none#"),
        a_task("2/1", state=TaskState.ERROR),
    ]
    play = await play_of(*records)
    assert set(play.frames) == {"", "2/"}
    assert play.root.state is PlanState.IN_PROGRESS
    assert play.child(TaskKey("2")).state is PlanState.FAILED
    assert [row.key for row in play.under_way()] == ["2"]
    assert play.starting(TaskKey("2/1")).task.name == "first"


async def test_opening_a_frame_writes_it_to_the_task_that_runs_it() -> None:
    play = await play_of(a_task("2"))
    run = play.open_frame(TaskKey("2"), FRAME, BOOK)
    assert play.child(TaskKey("2")) is run
    assert [(row.key, row.frame) for row in play.take_changed()] == [("2", FRAME)]
    (first,) = play.tell(run, PlanStarted(), START)
    assert first.key == "2/1"


async def test_a_waiting_task_counts_as_started_when_it_is_read_back() -> None:
    play = await play_of(a_task("0", state=TaskState.COMPLETED), a_task("1", state=TaskState.WAITING))
    assert play.tell(play.root, PlanStarted(), START) == []
    assert play.root.state is PlanState.IN_PROGRESS
