"""The effect of a person's answer to a task: its branch, and a form's answers where XSOAR has them."""

from dataclasses import replace

from warroom.content.catalogue import Catalogue
from warroom.content.playbook import NO_LABEL
from warroom.model.context import ContextPatch, PatchKind
from warroom.model.errors import InvalidInputError
from warroom.model.json import JsonObject
from warroom.model.plan import Answer, TaskRecord, Wait
from warroom.services.drive.performed import Done, Failed, Performed
from warroom.services.drive.play import Play, split
from warroom.services.execution.call import Outcome
from warroom.services.execution.fields import fitting
from warroom.services.plans.forms import fields_of


def answered(record: TaskRecord, wait: Wait, answer: Answer, play: Play, catalogue: Catalogue) -> Performed:
    """End a task by what a person answered."""
    is_branch = answer.choice in wait.data.get("options", ())
    done = Performed(key=record.key, ending=Done(answer.choice if is_branch else NO_LABEL))
    form = wait.data.get("form")
    return done if form is None else with_form(done, play, form, answer, catalogue)


def with_form(done: Performed, play: Play, form: JsonObject, answer: Answer, catalogue: Catalogue) -> Performed:
    """Add a form's answers, under its title, with who gave them, and the incident fields that questions fill.

    An answer that does not fit its field ends the task in an error that says so.
    """
    patch = ContextPatch(
        incident=play.plan.incident,
        kind=PatchKind.MERGE,
        scope=play.frames[split(done.key)[0]].frame.scope,
        value={form["title"]: {"Answers": {**answer.form, "name": answer.actor}}},
    )
    said = Outcome(patches=[patch])
    try:
        fields = {
            name: fitting(field, value)
            for name, value in fields_of(form, answer.form).items()
            if (field := catalogue.find_field(name))
        }
    except InvalidInputError as error:
        return replace(done, outcome=said, ending=Failed(str(error)))
    return replace(done, outcome=said, fields=fields)
