"""Everything that an item of the pack names exists: commands, arguments, scripts, fields, types, playbooks."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.our_packs import our_packs
from warroom.content.catalogue import Catalogue
from warroom.content.playbook import Playbook, Task
from warroom.content.value import Complex, Simple

BASE, MODULES, OURS = our_packs()
CATALOGUE = Catalogue([BASE, MODULES, OURS])
PLAYBOOKS = {**OURS.playbooks, **OURS.test_playbooks}
# What acts but cannot be told from an earlier time: the sandbox keeps no key of ours.
UNKEYED = {"submit-file-to-sandbox", "submit-file-entry-to-sandbox", "submit-urls-to-sandbox"}
FILTER = re.compile(r"\([^)]*\)")  # in a path: which of the records are meant
SETTERS = {"Set", "SetAndHandleEmpty", "VisionOneObservables"}


def tasks() -> Iterator[Any]:
    for book in PLAYBOOKS.values():
        for task in book.tasks.values():
            yield pytest.param(book, task, id=f"{book.id}: {task.id} {task.name}")


def arguments(task: Task) -> set[str]:
    if task.is_command:
        found = CATALOGUE.command_integrations(task.script, task.brand)
        assert len(found) == 1, f"{task.script} is not pinned to one integration"
        return {argument.name for argument in found[0][1].arguments}
    return {argument.name for argument in CATALOGUE.script(task.script).arguments}


@pytest.mark.parametrize(("book", "task"), list(tasks()))
def test_a_task_calls_what_exists_with_arguments_that_exist(book: Playbook, task: Task) -> None:
    if task.script:
        assert set(task.arguments) <= arguments(task)
        assert not task.is_command or task.brand == "VisionOneResponse"


@pytest.mark.parametrize("book", list(PLAYBOOKS.values()), ids=lambda book: book.id)
def test_every_path_leads_to_something_that_is_written(book: Playbook) -> None:
    whole, deep = written(book)
    fields = {field.cli_name for field in OURS.incident_fields.values()} | {"id"}
    keys = {item.key for item in book.inputs}

    for path in paths(book):
        root, _, rest = path.partition(".")
        if root == "incident":
            assert rest in fields, path
        elif root == "inputs":
            assert rest.partition(".")[0] in keys, path  # an input may hold records
        elif root != "File":
            known = any(one == path or one.startswith(f"{path}.") for one in whole)
            assert known or any(path.startswith(f"{one}.") for one in deep), path


def written(book: Playbook) -> tuple[set[str], set[str]]:
    """What commands, scripts and playbooks write, and those of them whose inner form is not declared."""
    commands = OURS.integrations["VisionOneResponse"].commands.values()
    outputs = [output for command in commands for output in command.outputs]
    outputs += [output for script in [*OURS.scripts.values(), *BASE.scripts.values()] for output in script.outputs]
    playbooks = {output.context_path for other in PLAYBOOKS.values() for output in other.outputs}
    keys = {key_of(task) for task in book.tasks.values() if task.script in SETTERS}
    forms = {f"{task.form.get('title')}.Answers" for task in book.tasks.values() if task.form}
    deep = {output.context_path for output in outputs if output.type == "Unknown"}
    return {output.context_path for output in outputs} | playbooks | keys, deep | forms


def key_of(task: Task) -> str:
    key = task.arguments["key"]
    return str(key.value) if isinstance(key, Simple) else ""


def paths(book: Playbook) -> set[str]:
    """Every dotted path in the playbook's values and conditions."""
    found: set[str] = set()
    for task in book.tasks.values():
        for value in task.arguments.values():
            if isinstance(value, Complex):
                found.add(".".join(part for part in (value.root, value.accessor) if part))
            else:
                found |= {FILTER.sub("", path) for path in re.findall(r"\$\{([^}]+)\}", str(value))}
    left = r"left:\s+value:\s+simple: (\S+)\s+iscontext: true"
    return found | set(re.findall(left, book.text))


def test_the_incident_type_runs_a_playbook_that_exists() -> None:
    [kind] = OURS.incident_types.values()

    assert kind.playbook in OURS.playbooks
    assert kind.autorun
    assert kind.layout in {layout.id for layout in OURS.layouts.values()}


def test_the_mapper_fills_fields_that_exist() -> None:
    [mapper] = OURS.mappers.values()
    names = {field.name for field in OURS.incident_fields.values()}

    for fields in (mapper.all_types, *mapper.by_type.values()):
        assert {name for name in fields.values if name[0].isupper()} <= names


def test_every_field_is_filled_and_shown() -> None:
    [mapper], [layout] = OURS.mappers.values(), OURS.layouts.values()
    filled = {name for fields in mapper.by_type.values() for name in fields.values}

    for field in OURS.incident_fields.values():
        assert field.name in filled
        assert f"incident_{field.cli_name}" in str(layout.definition)


def test_classifier_and_mapper_are_the_integrations_own() -> None:
    integration = OURS.integrations["VisionOneResponse"]

    assert integration.classifier in {one.id for one in OURS.classifiers.values()}
    assert integration.mapper_in in {one.id for one in OURS.mappers.values()}
    [classifier] = OURS.classifiers.values()
    assert {classifier.default_type, *classifier.types.values()} == set(OURS.incident_types)


def test_what_changes_something_says_so_and_can_be_keyed() -> None:
    commands = OURS.integrations["VisionOneResponse"].commands.values()

    harmful = {command.name for command in commands if command.execution}
    keyed = {command.name for command in commands if any(one.name == "idempotency_key" for one in command.arguments)}
    assert harmful == keyed | {f"trendmicro-visionone-{name}" for name in UNKEYED}
    assert len(keyed) == len(harmful) - len(UNKEYED)


@pytest.mark.parametrize("book", list(PLAYBOOKS.values()), ids=lambda book: book.id)
def test_no_two_tasks_lie_on_each_other(book: Playbook) -> None:
    places = [task.position for task in book.tasks.values()]

    assert len(set(places)) == len(places)
    assert None not in places


def test_each_item_says_since_when_and_where_it_runs() -> None:
    for path in OURS.path.rglob("*.yml"):
        item = yaml.load(path.read_text(), yaml.CSafeLoader)
        assert item["fromversion"] == "6.10.0", path
        assert item["marketplaces"] == ["xsoar", "marketplacev2", "platform"], path
