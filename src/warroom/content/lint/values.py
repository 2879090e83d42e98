"""Checks of values: operators and transformers that exist, inputs that are declared."""

import re
from collections.abc import Iterator
from typing import assert_never

from warroom.content.catalogue import Catalogue
from warroom.content.category import without_category
from warroom.content.integration import Script
from warroom.content.lint.code import certain_obstacle
from warroom.content.lint.finding import Rule
from warroom.content.lint.language import RIGHT
from warroom.content.lint.subject import Subject, listed
from warroom.content.lint.walk import Place, places
from warroom.content.value import AllOfAnyOf, Comparison, Complex, KeyValue, Operand, Simple, TransformerCall, Value

TRANSFORMER, FILTER = "transformer", "filter"  # tags of scripts that values may use
VALUE = "value"  # the argument that a transformer's script gets its value in
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
    for each in value.pairs.values() if isinstance(value, KeyValue) else ():
        _check_value(subject, place, each)


def _paths(subject: Subject, value: Value, *, is_context: bool) -> Iterator[str]:
    match value:
        case Simple(value=str() as text) if is_context:
            yield text.strip()
        case Simple(value=str() as text):
            yield from subject.language.references(text)
        case Simple() | KeyValue():  # the values of pairs are looked at one by one
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
    found = INPUT.match(path)
    declared = [each.key for each in subject.playbook.inputs]
    if found and (name := found[1].strip()) not in declared:
        sentence = f"{place.said} reads the input `{name}`, which is not declared; there are {listed(declared)}."
        subject.report(Rule.UNDECLARED_INPUT, sentence, place.task, *place.path)


def _check_comparisons(subject: Subject, place: Place, groups: AllOfAnyOf) -> None:
    for comparison in (comparison for group in groups for comparison in group):
        problem = subject.language.operator(comparison.operator)
        script = script_with(subject.catalogue, comparison.operator, FILTER) if problem else None
        if script:
            _check_code(subject, place, script)
        elif problem:
            subject.report(Rule.UNKNOWN_OPERATOR, f"{place.said}: {problem}", place.task, *place.path)
        _check_pattern(subject, place, comparison.operator, RIGHT, comparison.right)
        for operand in _sides(comparison):
            _check_value(subject, place, operand.value, is_context=operand.is_context)


def _check_pattern(subject: Subject, place: Place, call: str, argument: str, operand: Operand | None) -> None:
    """Check a regular expression that is written in the playbook; one from the context is not known yet."""
    if operand is None or operand.is_context or not isinstance(operand.value, Simple):
        return
    text = operand.value.value
    if (
        not isinstance(text, str)
        or not subject.language.is_pattern(call, argument)
        or subject.language.references(text)
    ):
        return
    if problem := subject.language.pattern(text):
        sentence = (
            f"{place.said}: in the regular expression `{text}`, {problem}; this runtime takes it, and"
            " XSOAR (RE2) refuses it: say it otherwise."
        )
        subject.report(Rule.FOREIGN_PATTERN, sentence, place.task, *place.path)


def _sides(comparison: Comparison) -> list[Operand]:
    return [side for side in (comparison.left, comparison.right) if side is not None]


def script_with(catalogue: Catalogue, name: str, tag: str) -> Script | None:
    """The script that a transformer or an operator is."""
    script = catalogue.find_script(without_category(name))
    return script if script and tag in {one.lower() for one in script.tags} else None


def _check_code(subject: Subject, place: Place, script: Script) -> None:
    if obstacle := certain_obstacle(script, subject.catalogue, subject.language):
        sentence = f"{place.said}: the script `{script.id}` {obstacle.why}; {obstacle.advice}."
        subject.report(Rule.CANNOT_RUN, sentence, place.task, *place.path)


def _parameters(script: Script) -> dict[str, bool]:
    """The arguments of a transformer's script besides the value that it changes, and whether they are required."""
    others = [item for item in script.arguments if item.name != VALUE]
    return {item.name: item.required and not item.default_value for item in others}


def _check_transformer(subject: Subject, place: Place, call: TransformerCall) -> None:
    problem = subject.language.transformer(call.operator)
    script = script_with(subject.catalogue, call.operator, TRANSFORMER) if problem else None
    if script:
        _check_code(subject, place, script)
    elif problem:
        subject.report(Rule.UNKNOWN_TRANSFORMER, f"{place.said}: {problem}", place.task, *place.path)
    for name, operand in call.args.items():
        _check_pattern(subject, place, call.operator, name, operand)
        _check_value(subject, place, operand.value, is_context=operand.is_context)
    parameters = _parameters(script) if script else subject.language.parameters(call.operator)
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
