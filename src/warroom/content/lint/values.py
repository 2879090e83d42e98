"""Checks of values: operators and transformers that exist, paths without JavaScript, inputs that are declared."""

import re
from collections.abc import Iterator
from typing import assert_never

from warroom.content.lint.finding import Rule
from warroom.content.lint.subject import Subject, listed
from warroom.content.lint.walk import Place, places
from warroom.content.value import AllOfAnyOf, Comparison, Complex, Operand, Simple, TransformerCall, Value

INPUT = re.compile(r"inputs\.([^.\[(=]+)")
READS_ALL = re.compile(r"\$\{inputs\}|\broot: inputs\s*$", re.MULTILINE)


def check_values(subject: Subject) -> None:
    for place in places(subject):
        if place.value is not None:
            _check_value(subject, place, place.value, is_context=place.is_context)
        _check_comparisons(subject, place, place.comparisons)
    _check_unused(subject)


def _check_value(subject: Subject, place: Place, value: Value, *, is_context: bool = False) -> None:
    for path in _paths(subject, value, is_context=is_context):
        _check_path(subject, place, path)
    if isinstance(value, Complex):
        _check_comparisons(subject, place, value.filters)
        for call in value.transformers:
            _check_transformer(subject, place, call)


def _paths(subject: Subject, value: Value, *, is_context: bool) -> Iterator[str]:
    match value:
        case Simple(value=str() as text) if is_context:
            yield text.strip()
        case Simple(value=str() as text):
            yield from subject.language.references(text)
        case Simple():
            pass
        case Complex(root="inputs", accessor=accessor) if accessor:
            yield f"inputs.{accessor}"
        case Complex(root=root, accessor=accessor):
            yield root
            if accessor:
                yield accessor
        case _:
            assert_never(value)


def _check_path(subject: Subject, place: Place, path: str) -> None:
    for expression in subject.language.javascript(path):
        sentence = (
            f"{place.said}: `{expression}` is JavaScript beyond what paths need; say the same with filters and "
            "transformers, or in a script."
        )
        subject.report(Rule.JAVASCRIPT, sentence, place.task, *place.path)
    found = INPUT.match(path)
    declared = [each.key for each in subject.playbook.inputs]
    if found and (name := found[1].strip()) not in declared:
        sentence = f"{place.said} reads the input `{name}`, which is not declared; there are {listed(declared)}."
        subject.report(Rule.UNDECLARED_INPUT, sentence, place.task, *place.path)


def _check_comparisons(subject: Subject, place: Place, groups: AllOfAnyOf) -> None:
    for comparison in (comparison for group in groups for comparison in group):
        if problem := subject.language.operator(comparison.operator):
            subject.report(Rule.UNKNOWN_OPERATOR, f"{place.said}: {problem}", place.task, *place.path)
        for operand in _sides(comparison):
            _check_value(subject, place, operand.value, is_context=operand.is_context)


def _sides(comparison: Comparison) -> list[Operand]:
    return [side for side in (comparison.left, comparison.right) if side is not None]


def _check_transformer(subject: Subject, place: Place, call: TransformerCall) -> None:
    if problem := subject.language.transformer(call.operator):
        subject.report(Rule.UNKNOWN_TRANSFORMER, f"{place.said}: {problem}", place.task, *place.path)
    for operand in call.args.values():
        _check_value(subject, place, operand.value, is_context=operand.is_context)
    parameters = subject.language.parameters(call.operator)
    if parameters is None:
        return
    for name in call.args.keys() - parameters.keys():
        takes = listed(parameters)
        sentence = f"{place.said}: the transformer `{call.operator}` has no argument `{name}`; it takes {takes}."
        subject.report(Rule.UNKNOWN_ARGUMENT, sentence, place.task, *place.path)
    for name in (name for name, required in parameters.items() if required and name not in call.args):
        sentence = f"{place.said}: the transformer `{call.operator}` needs its argument `{name}`; give it a value."
        subject.report(Rule.MISSING_ARGUMENT, sentence, place.task, *place.path)


def _check_unused(subject: Subject) -> None:
    """By the text of the file, because scripts and messages read inputs too."""
    if not subject.playbook.text:
        return
    if READS_ALL.search(subject.playbook.text):
        return
    for each in subject.playbook.inputs:
        if not re.search(rf"inputs\.{re.escape(each.key)}(?!\w)", subject.playbook.text):
            sentence = f"The input `{each.key}` is declared, but nothing reads it; use it or take it out."
            subject.report(Rule.UNUSED_INPUT, sentence, None, *subject.own_path("inputs", each.key, "key"))
