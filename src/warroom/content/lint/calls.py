"""Checks of what tasks call: commands, scripts and sub-playbooks exist, and take what they are given."""

from collections.abc import Iterable, Mapping, Sequence

from warroom.content.integration import Argument, Command, Integration, Script
from warroom.content.lint.code import certain_obstacle
from warroom.content.lint.finding import Rule
from warroom.content.lint.subject import Subject, called, listed
from warroom.content.not_built import not_built
from warroom.content.playbook import Playbook, Task, TaskKind
from warroom.content.value import Simple, Value
from warroom.model.errors import NotFoundError

BUILTIN_BRAND = "Builtin"
SET_PLAYBOOK = "setPlaybook"


def check_calls(subject: Subject) -> None:
    for task in subject.playbook.tasks.values():
        match task.kind:
            case TaskKind.PLAYBOOK:
                _check_sub_playbook(subject, task)
            case TaskKind.REGULAR | TaskKind.CONDITION if task.script:
                _check_call(subject, task)
            case _:
                pass
        for mapping in task.field_mappings:
            _check_field(subject, task, mapping.incident_field, "fieldMapping")


def _check_call(subject: Subject, task: Task) -> None:
    """In the order in which the runtime looks them up: built-in commands, scripts, commands of integrations."""
    if task.script in subject.language.builtins and task.brand in {"", BUILTIN_BRAND}:
        _check_builtin(subject, task)
        return
    script = None if task.brand else subject.catalogue.find_script(task.script)
    if script is not None:
        _check_code(subject, task, [script])
        _check_arguments(subject, task, script.arguments)
        return
    offers = subject.catalogue.command_integrations(task.script, _brand(task))
    if not offers:
        _report_unknown(subject, task)
        return
    _check_offers(subject, task, offers)
    _check_code(subject, task, [integration for integration, _ in offers])
    _check_arguments(subject, task, offers[0][1].arguments)


def _check_code(subject: Subject, task: Task, offered: Sequence[Script | Integration]) -> None:
    """Report that what a task calls cannot run, when none of the items that offer it can."""
    found = [(item, certain_obstacle(item, subject.catalogue, subject.language)) for item in offered]
    if all(obstacle for _, obstacle in found):
        for item, obstacle in found:
            assert obstacle is not None
            sentence = f"{called(task)} calls `{task.script}`, but `{item.id}` {obstacle.why}; {obstacle.advice}."
            subject.report(Rule.CANNOT_RUN, sentence, task, "task", "script")


def _check_builtin(subject: Subject, task: Task) -> None:
    declared = subject.language.builtin_arguments.get(task.script, ())
    known = {argument.name for argument in declared}
    if task.script in subject.language.takes_fields:
        for name in task.arguments:
            if name not in known:
                _check_field(subject, task, name, "scriptarguments", name)
    elif declared and task.script not in subject.language.takes_any_field:
        _check_arguments(subject, task, declared)
    if task.script == SET_PLAYBOOK:
        match task.arguments.get("name"):
            case Simple(value=str() as name) if name and "${" not in name:
                _check_playbook(subject, task, name, "scriptarguments", "name")
            case _:
                pass


def _brand(task: Task) -> str:
    """Return the integration that a task names; XSOAR's argument `using-brand` overrides the task's own."""
    match task.controls.get("using-brand"):
        case Simple(value=str() as brand) if brand and "${" not in brand:
            return brand
        case _:
            return task.brand


def _report_unknown(subject: Subject, task: Task) -> None:
    rule = Rule.UNKNOWN_COMMAND if task.is_command else Rule.UNKNOWN_SCRIPT
    sentence = f"{called(task)}: {_why_unknown(subject, task)}"
    subject.report(rule, sentence, task, "task", "script", mild=task.skip_unavailable)


def _why_unknown(subject: Subject, task: Task) -> str:
    if task.brand in {"", BUILTIN_BRAND} and (said := not_built(task.script)):
        return said
    if task.brand == BUILTIN_BRAND:
        return f"`{task.script}` is not a built-in command here; there are {listed(sorted(subject.language.builtins))}."
    try:
        if task.is_command:
            subject.catalogue.command(task.script, _brand(task))
        else:
            subject.catalogue.script(task.script)
    except NotFoundError as error:
        return str(error)
    return f"nothing offers `{task.script}`."


def _check_offers(subject: Subject, task: Task, offers: Sequence[tuple[Integration, Command]]) -> None:
    brands = [integration.id for integration, _ in offers]
    if len(brands) > 1:
        sentence = f"{called(task)} calls `{task.script}` of every integration that has it: {listed(brands)}; name one."
        subject.report(Rule.SEVERAL_INTEGRATIONS, sentence, task, "task", "script")
    if all(command.deprecated for _, command in offers):
        sentence = f"{called(task)} calls `{task.script}`, which is deprecated; its description says what to use."
        subject.report(Rule.DEPRECATED_COMMAND, sentence, task, "task", "script")


def _check_arguments(subject: Subject, task: Task, declared: Sequence[Argument]) -> None:
    names = [argument.name for argument in declared]
    for name in task.arguments:
        if name not in names:
            sentence = f"{called(task)}: `{task.script}` has no argument `{name}`; it takes {listed(names)}."
            subject.report(Rule.UNKNOWN_ARGUMENT, sentence, task, "scriptarguments", name)
    required = (each.name for each in declared if each.required and each.default_value in (None, ""))
    for name in _not_given(required, task.arguments):
        sentence = f"{called(task)}: `{task.script}` needs the argument `{name}`; give it a value."
        subject.report(Rule.MISSING_ARGUMENT, sentence, task, "scriptarguments")


def _not_given(names: Iterable[str], given: Mapping[str, Value]) -> list[str]:
    return [name for name in names if given.get(name) in (None, Simple(value=""), Simple(value=None))]


def _check_sub_playbook(subject: Subject, task: Task) -> None:
    if child := _check_playbook(subject, task, task.playbook, "task", "playbookName"):
        _check_inputs(subject, task, child)


def _check_playbook(subject: Subject, task: Task, name: str, *path: str) -> Playbook | None:
    try:
        return subject.catalogue.playbook(name)
    except NotFoundError as error:
        sentence = f"{called(task)}: {error}"
        subject.report(Rule.UNKNOWN_PLAYBOOK, sentence, task, *path, mild=task.skip_unavailable)
        return None


def _check_inputs(subject: Subject, task: Task, child: Playbook) -> None:
    names = [each.key for each in child.inputs]
    for name in task.arguments:
        if name not in names:
            sentence = f"{called(task)}: `{child.name}` has no input `{name}`; it takes {listed(names)}."
            subject.report(Rule.UNKNOWN_INPUT, sentence, task, "scriptarguments", name)
    required = (each.key for each in child.inputs if each.required and each.value in (None, Simple(value="")))
    for name in _not_given(required, task.arguments):
        sentence = f"{called(task)}: `{child.name}` needs its input `{name}`; give it a value."
        subject.report(Rule.MISSING_INPUT, sentence, task, "scriptarguments")


def _check_field(subject: Subject, task: Task, name: str, *path: str) -> None:
    if name in subject.language.system_fields or subject.catalogue.find_field(name) is not None:
        return
    sentence = f"{called(task)} sets the incident field `{name}`, which does not exist; install the pack that has it."
    subject.report(Rule.UNKNOWN_FIELD, sentence, task, *path)
