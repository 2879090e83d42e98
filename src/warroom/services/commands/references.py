"""Resolves what an author wrote for a call; in what changes something, a reference that leads nowhere is refused."""

from collections.abc import Iterator, Mapping
from itertools import chain

from warroom.content.value import Complex, KeyValue, Operand, Simple, Value
from warroom.context.cast import MISSING
from warroom.context.interpolate import (
    as_text,
    as_typed,
    bare,
    in_content,
    interpolate,
    is_one_reference,
    nowhere,
    only,
    references,
)
from warroom.context.scope import Scope
from warroom.context.value import find_operand, resolve
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json
from warroom.services.commands.targets import Resolved
from warroom.services.secrecy.masking import MASK

# Arguments with text for people: they name no targets.
PROSE = frozenset(
    {
        "closenotes",
        "closereason",
        "comment",
        "comments",
        "content",
        "description",
        "details",
        "message",
        "note",
        "notes",
        "reason",
        "subject",
        "summary",
        "title",
    }
)


def of_playbook(resolved: Resolved, written: Mapping[str, Value], scope: Scope) -> dict[str, Json]:
    """Resolve what a playbook passes. An argument that is one reference to nothing is not given, as in XSOAR.

    Raises InvalidInputError, for a command that changes something, where a required argument or a part of a longer
    text leads nowhere, also when that text came by way of inputs.
    """
    if resolved.changes:
        for name, value in written.items():
            if lost := next(_lost_in(name, value, scope, needed=name in resolved.required), ""):
                raise _refusal(resolved.name, name, lost)
            if name.lower() not in PROSE and (lost := next(_lost_before(value, scope), "")):
                raise _refusal_of_input(resolved.name, name, lost)
    return {name: found for name, value in written.items() if (found := resolve(value, scope)) is not None}


def lost_part(value: Value, scope: Scope) -> str:
    """Return the reference that leads nowhere in a part of an input's text, or did so in an outer input."""
    if scope.semantics.missing_in_input_is_blank:
        return ""
    lost = chain(_lost_in("", value, scope, needed=False), _lost_before(value, scope))
    return next(lost, "")


def of_person(resolved: Resolved, written: Mapping[str, str], scope: Scope) -> dict[str, Json]:
    """Resolve what a person typed, where text that is no reference stays to the letter.

    Raises InvalidInputError, for a command that changes something, for any reference that leads nowhere.
    """
    if resolved.changes:
        for name, text in written.items():
            if lost := nowhere(text, scope, as_typed):
                raise _refusal(resolved.name, name, MASK if name in resolved.secrets else lost[0])
    found = {name: interpolate(text, scope, as_typed) for name, text in written.items()}
    return {name: value for name, value in found.items() if value is not MISSING and value is not None}


def of_code(resolved: Resolved, given: Mapping[str, Json], scope: Scope) -> dict[str, Json]:
    """Resolve what running code passes: little, and nothing where something changes.

    A text can be the code author's or an outsider's; the two cannot be distinguished.
    """
    if resolved.changes:
        return dict(given)
    counts = only(scope.semantics.code_resolves)
    found = {
        name: interpolate(value, scope, counts) if isinstance(value, str) else value for name, value in given.items()
    }
    return {name: None if value is MISSING else value for name, value in found.items()}


def _lost_in(name: str, value: Value, scope: Scope, *, needed: bool) -> Iterator[str]:
    """Yield the references of a required argument that lead nowhere."""
    is_prose = scope.semantics.missing_in_prose_is_blank and name.lower() in PROSE
    match value:
        case Simple(value=str() as text) if needed if is_one_reference(text) else not is_prose:
            yield from nowhere(text, scope, in_content)
        case Complex(transformers=calls) if not is_prose:
            for call in calls:
                for operand in call.args.values():
                    yield from _lost_operand(operand, scope, is_part=call.operator == "concat")
        case KeyValue(pairs=pairs) if not is_prose:
            for each in pairs.values():
                yield from _lost_in(name, each, scope, needed=True)
        case _:
            return


def _lost_operand(operand: Operand, scope: Scope, *, is_part: bool) -> Iterator[str]:
    """Yield the references of a transformer's argument that lead nowhere; `is_part` where it becomes part of a text."""
    value = operand.value
    if not isinstance(value, Simple) or not isinstance(value.value, str) or not value.value:
        return
    if operand.is_context:
        if is_part and find_operand(operand, scope) in (MISSING, None):
            yield f"${{{value.value}}}"
    elif is_part or not is_one_reference(value.value):
        yield from nowhere(value.value, scope, in_content)


def _lost_before(value: Value, scope: Scope) -> Iterator[str]:
    """Yield the references that led nowhere in the inputs that a value names."""
    for path in _paths(value) if scope.lost else ():
        for name, written in scope.lost.items():
            rest = path.removeprefix(f"inputs.{name}")
            if rest != path and rest[:1] in {"", ".", "[", "(", "="}:
                yield written


def _paths(value: Value) -> Iterator[str]:
    """Yield the paths that a value reads."""
    match value:
        case Simple(value=str() as text):
            yield from (path for piece in references(text) if not isinstance(piece, str) and (path := piece[1]))
        case Complex(root=root, accessor=accessor, transformers=calls):
            yield ".".join(filter(None, (bare(root), bare(accessor))))
            for operand in (operand for call in calls for operand in call.args.values()):
                if operand.is_context and isinstance(operand.value, Simple):
                    yield bare(str(operand.value.value))
                else:
                    yield from _paths(operand.value)
        case KeyValue(pairs=pairs):
            yield from chain.from_iterable(map(_paths, pairs.values()))
        case _:
            return


def _refusal_of_input(command: str, argument: str, written: str) -> InvalidInputError:
    return InvalidInputError(
        f"{command} was not run: its argument {argument!r} is made of an input in which {written} led to nothing."
        " Correct the reference where the input is given, or give what it should have led to."
    )


def _refusal(command: str, argument: str, written: str) -> InvalidInputError:
    return InvalidInputError(
        f"{command} was not run: its argument {argument!r} refers to {written}, which leads to nothing here. Correct"
        f" the reference, or give what it should have led to. Where it is meant as text, write {as_text(written)}"
        " in its place, in double quotes."
    )
