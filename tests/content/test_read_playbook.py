from hashlib import sha256
from pathlib import Path
from textwrap import dedent

import pytest

from warroom.content.playbook import Playbook, TaskKind
from warroom.content.read_playbook import read_playbook, read_playbook_text
from warroom.content.value import Simple
from warroom.content.yaml_source import read_yaml
from warroom.model.errors import ContentError, Location


def read(text: str) -> Playbook:
    return read_playbook(read_yaml(dedent(text).lstrip("\n"), Path("p.yml")))


def failure(text: str) -> str:
    with pytest.raises(ContentError) as caught:
        read(text)
    return str(caught.value)


def test_the_sample_is_read_whole(sample: Path) -> None:
    path = sample / "Playbooks" / "playbook-Greet.yml"
    playbook = read_playbook(read_yaml(path.read_text(), path))
    assert (playbook.id, playbook.name, playbook.start) == ("Greet", "Greet", "0")
    assert [task.kind for task in playbook.tasks.values()] == [
        TaskKind.START,
        TaskKind.CONDITION,
        TaskKind.REGULAR,
        TaskKind.PLAYBOOK,
        TaskKind.TITLE,
    ]
    assert playbook.tasks["1"].next == {"yes": ("2",), "#default#": ("3",)}
    assert playbook.tasks["1"].cases[0].label == "yes"
    assert playbook.tasks["2"].at == Location(path, 47)
    assert [(each.key, each.value, each.required) for each in playbook.inputs] == [
        ("Text", Simple(value="hello"), True),
        ("Loud", None, False),
    ]
    assert [each.context_path for each in playbook.outputs] == ["Echo.Text"]
    assert playbook.sha256 == sha256(path.read_bytes()).hexdigest()


def test_a_stored_text_gives_the_same_playbook(sample: Path) -> None:
    text = (sample / "Playbooks" / "playbook-Greet.yml").read_text()
    digest = sha256(text.encode()).hexdigest()
    playbook = read_playbook_text(text, digest)
    assert (playbook.id, playbook.sha256, len(playbook.tasks)) == ("Greet", digest, 5)
    assert read_playbook_text(text, digest) is playbook


def test_a_task_that_leads_nowhere_is_named_with_its_line() -> None:
    message = failure(
        """
        id: P
        starttaskid: '0'
        tasks:
          '0':
            type: start
            nexttasks:
              '#none#':
              - '1'
              - '12'
          '1':
            type: title
        """
    )
    assert message == "p.yml:9: Task 0 leads to task 12, which does not exist; add it or fix `nexttasks`."


def test_a_start_that_is_missing_is_an_error() -> None:
    assert failure("id: P\ntasks: {}") == "p.yml:1: A playbook needs a value for `starttaskid`; add it."


def test_a_start_that_does_not_exist_is_an_error() -> None:
    message = failure("id: P\nstarttaskid: '3'\ntasks:\n  '0': {type: start}")
    assert message == "p.yml:2: The playbook starts at task 3, which does not exist; add it or fix `starttaskid`."


def test_a_circle_is_named_in_its_order() -> None:
    message = failure(
        """
        id: P
        starttaskid: '0'
        tasks:
          '0': {type: start, nexttasks: {'#none#': ['1']}}
          '1': {type: title, nexttasks: {'#none#': ['2']}}
          '2': {type: title, nexttasks: {'#none#': ['1']}}
        """
    )
    assert message.endswith("form a circle; use a sub-playbook with a loop instead.")
    assert "1 → 2" in message
    assert "2 → 1" in message


def test_a_playbook_without_an_id_goes_by_its_name() -> None:
    playbook = read("name: Named\nstarttaskid: 0\ntasks:\n  0: {type: start}")
    assert (playbook.id, playbook.name, playbook.start) == ("Named", "Named", "0")


def test_a_quiet_playbook_makes_its_tasks_quiet() -> None:
    assert read("id: P\nquiet: true\nstarttaskid: '0'\ntasks:\n  '0': {type: start}").tasks["0"].quiet
