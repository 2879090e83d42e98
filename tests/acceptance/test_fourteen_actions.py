"""All fourteen response actions, by hand and in playbooks: each acts once, and what goes wrong ends as it should."""

import os
import random
import re
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.acceptance.actions import ACTIONS, Action, Subject
from tests.acceptance.folder import Folder, Server, options_for
from tests.acceptance.gate import Gate, open_gate
from tests.acceptance.performance import Begun, Performance, Way, begin, ended, perform, question_of, write_pack
from tests.acceptance.proc import is_alive
from tests.acceptance.scene import Scene, prompt_settings
from tests.acceptance.waiting import TIMEOUT, until
from visionone_sim.faults import Fault
from visionone_sim.testing import start_twin

pytestmark = pytest.mark.acceptance

SPEED = 50
AT_ONCE = 4  # an instance runs so many commands side by side
SEED = random.SystemRandom().randrange(1 << 32)
Noted = Callable[[str, object], None]

each = pytest.mark.parametrize(
    "action", [pytest.param(action, marks=pytest.mark.promise(action.promise), id=action.command) for action in ACTIONS]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A served folder with one instance, the gate before its tenant, and the tenant."""

    folder: Folder
    server: Server
    gate: Gate
    scene: Scene

    def draw(self, action: Action, situation: str) -> tuple["Stage", Subject]:
        """Draw what to act upon, and what else is left to chance, for one action in one situation."""
        scene = replace(self.scene, chance=random.Random(f"{SEED} {action.command} {situation}"))
        return replace(self, scene=scene), action.draw(scene)

    @property
    def way(self) -> Way:
        return self.scene.chance.choice(("typed", "played"))

    def fail(self, action: Action, subject: Subject, *, status: int, code: str) -> None:
        """Let the next request of an action be answered with an error of the whole request."""
        path = f"/v3.0/{re.escape(subject.path or action.path)}.*"
        headers = {"Retry-After": "0"} if status == 429 else {}
        self.scene.twin.fail(Fault(path=path, method=action.method, status=status, code=code, headers=headers))


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = Folder(home=tmp_path_factory.mktemp("actions") / "home")
    with start_twin("empty", seed=SEED, speed=SPEED, settings=prompt_settings()) as twin:
        scene = Scene(twin=twin, chance=random.Random(SEED))
        with open_gate(int(twin.url.rpartition(":")[2])) as gate:
            _set_up(folder, gate, twin.api_key)
            with folder.served(*_options(gate, scene)) as server:
                server.ready()
                yield Stage(folder=folder, server=server, gate=gate, scene=scene)


@pytest.fixture
def noted(record_property: Noted) -> Callable[[Action, str, str], None]:
    """Take down a line of the table that is printed at the end."""

    def note(action: Action, situation: str, outcome: str) -> None:
        record_property("action", (SEED, f"M{action.promise:02} {action.title}", situation, outcome))

    return note


NoteAction = Callable[[Action, str, str], None]


@each
@pytest.mark.promise(3)
def test_a_typed_command_acts_once(stage: Stage, action: Action, noted: NoteAction) -> None:
    stage, subject = stage.draw(action, "typed")
    ended = perform(stage.folder, "typed", action, subject.args)
    _acted_once(action, subject, ended)
    noted(action, "typed", "once")


@each
@pytest.mark.promise(4)
def test_a_playbook_acts_once(stage: Stage, action: Action, noted: NoteAction) -> None:
    stage, subject = stage.draw(action, "playbook")
    ended = perform(stage.folder, "played", action, subject.args)
    _acted_once(action, subject, ended)
    noted(action, "playbook", "once")


@each
def test_a_refusal_is_an_error_and_changes_nothing(stage: Stage, action: Action, noted: NoteAction) -> None:
    stage, subject = stage.draw(action, "refused")
    ended = perform(stage.folder, stage.way, action, subject.unknown)
    assert ended.state == "failed", ended
    assert len(ended.errors) == 1
    assert subject.changes() == 0
    noted(action, "refused", "error")


@each
def test_an_error_of_the_whole_request_names_it_and_changes_nothing(
    stage: Stage, action: Action, noted: NoteAction
) -> None:
    stage, subject = stage.draw(action, "whole request")
    stage.fail(action, subject, status=400 if action.repeats else 500, code="SomethingWrong")
    ended = perform(stage.folder, stage.way, action, subject.args)
    assert ended.state == "failed", ended
    assert "SomethingWrong" in ended.errors[0]
    assert subject.changes() == 0
    noted(action, "whole request", "error")


@each
def test_a_busy_tenant_is_asked_again_where_that_is_safe(stage: Stage, action: Action, noted: NoteAction) -> None:
    stage, subject = stage.draw(action, "429")
    stage.fail(action, subject, status=429, code="TooManyRequests")
    way = stage.way
    ended = perform(stage.folder, way, action, subject.args)
    if not action.repeats:
        assert ended.state == "failed", ended
        assert "429 TooManyRequests" in ended.errors[0]
        assert subject.changes() == 0
        ended = perform(stage.folder, way, action, subject.args)
    _acted_once(action, subject, ended)
    noted(action, "429", "once" if action.repeats else "error, then once")


@each
def test_a_bad_argument_is_one_sentence_and_no_request(stage: Stage, action: Action, noted: NoteAction) -> None:
    stage, subject = stage.draw(action, "bad argument")
    before = stage.scene.twin.requests.total
    ended = perform(stage.folder, stage.way, action, subject.bad)
    assert ended.state in {"failed", "refused"}
    assert len(ended.errors) == 1
    assert "Traceback" not in ended.errors[0]
    assert stage.scene.twin.requests.total == before
    noted(action, "bad argument", "error")


@each
def test_a_worker_killed_between_request_and_answer_acts_no_second_time(
    stage: Stage, action: Action, noted: NoteAction
) -> None:
    stage, subject = stage.draw(action, "worker killed")
    stage.gate.hold(action.request(subject))
    begun = begin(stage.folder, stage.way, action, subject.args)
    assert stage.gate.held.wait(TIMEOUT), f"{action.command} asked nothing"
    _kill(stage.server.workers())
    performance = ended(stage.folder, begun)
    if action.keyed:
        _acted_once(action, subject, performance)
    else:
        assert performance.state == "failed"
        assert subject.changes() == 1
    noted(action, "worker killed", "once" if action.keyed else "once, error")


@pytest.mark.promise(3)
@pytest.mark.promise(4)
def test_a_runtime_killed_between_request_and_answer_acts_no_second_time(folder: Folder, noted: NoteAction) -> None:
    order = random.Random(SEED).sample(ACTIONS, len(ACTIONS))
    with start_twin("empty", seed=SEED, speed=SPEED, settings=prompt_settings()) as twin:
        scene = Scene(twin=twin, chance=random.Random(SEED))
        with open_gate(int(twin.url.rpartition(":")[2])) as gate:
            _set_up(folder, gate, twin.api_key)
            doomed: list[tuple[Action, Subject, Begun]] = []
            for first in range(0, len(order), AT_ONCE):
                with folder.served(*_options(gate, scene)) as server:
                    server.ready()
                    _come_to_an_end(folder, doomed, noted)
                    doomed = [_begin_held(folder, gate, scene, action) for action in order[first : first + AT_ONCE]]
                    server.kill()
            with folder.served(*_options(gate, scene)) as server:
                server.ready()
                _come_to_an_end(folder, doomed, noted)


def _begin_held(folder: Folder, gate: Gate, scene: Scene, action: Action) -> tuple[Action, Subject, Begun]:
    """Begin an action; return when its request has had its effect, and its answer is held back."""
    subject = action.draw(scene)
    gate.hold(action.request(subject))
    begun = begin(folder, scene.chance.choice(("typed", "played")), action, subject.args)
    assert gate.held.wait(TIMEOUT), f"{action.command} asked nothing"
    return action, subject, begun


def _come_to_an_end(folder: Folder, doomed: list[tuple[Action, Subject, Begun]], noted: NoteAction) -> None:
    for action, subject, begun in doomed:
        performance = ended(folder, begun)
        if not action.keyed:
            question = question_of(folder, begun)
            assert question["options"] == ["it happened", "run it again", "it failed"], performance
            folder.call("task.answer", plan=begun.plan, task=question["task"], choice="it happened")
            performance = ended(folder, begun)
        _acted_once(action, subject, performance, is_answered=action.keyed)
        noted(action, "runtime killed", "once" if action.keyed else "asks, once")


def _acted_once(action: Action, subject: Subject, ended: Performance, *, is_answered: bool = True) -> None:
    assert ended.state == "completed", ended
    assert ended.errors == []
    until(subject.is_done, f"{action.command} has its effect")
    assert subject.changes() == (0 if action.reads else 1)
    assert not is_answered or subject.answered(ended.entries), ended.entries


def _kill(workers: list[int]) -> None:
    assert workers
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    until(lambda: not any(map(is_alive, workers)), "the killed workers are gone")


def _set_up(folder: Folder, gate: Gate, api_key: str) -> None:
    write_pack(folder)
    key = folder.home.parent / "twin.key"
    Path(key).write_text(api_key, encoding="utf-8")
    options = ("--integration", "VisionOneResponse", "--param", f"url={gate.url}", "--secret", f"apikey=@{key}")
    folder.command("instance", "add", "v1", *options)


def _options(gate: Gate, scene: Scene) -> tuple[str, ...]:
    """Let samples be fetched from the tenant itself, past the gate."""
    return (*options_for(gate.url, speed=SPEED), "--allow-origin", scene.twin.url, "--no-console")
