"""Checks of pre-process rules: what of them cannot be run, and what they name that nothing is."""

import re
from collections.abc import Iterator

from warroom.content.catalogue import Catalogue
from warroom.content.lint.finding import SEVERITIES, Finding, Rule
from warroom.content.lint.language import Language
from warroom.content.lint.references import is_field
from warroom.content.lint.subject import listed
from warroom.content.lint.values import FILTER, TRANSFORMER, script_with
from warroom.content.preprocess_rule import PreProcessRule, RuleAction
from warroom.content.value import Complex, Operand, Simple

CANNOT_RUN = frozenset({Rule.UNKNOWN_ACTION, Rule.UNKNOWN_SCRIPT, Rule.UNKNOWN_OPERATOR, Rule.UNKNOWN_TRANSFORMER})
NO_FIELDS = frozenset({"id", "rawjson", "incident", "alert", "lists"})  # other roots that a rule can read
TAG = "preProcessing"
_ROOT = re.compile(r"(?:(?:incident|alert)\.)?([^.\[(=}]+)")


def check_preprocess_rule(rule: PreProcessRule, catalogue: Catalogue, language: Language) -> list[Finding]:
    """Return what of a rule cannot be run, and what will not do what it says; each once."""
    found = (*_of_action(rule, catalogue), *_of_conditions(rule, catalogue, language))
    return list(dict.fromkeys(found))


def _of_action(rule: PreProcessRule, catalogue: Catalogue) -> Iterator[Finding]:
    if rule.action is None:
        known = listed([action.value for action in RuleAction])
        yield _finding(
            rule, Rule.UNKNOWN_ACTION, f"has the action `{rule.written}`, which is not known; there are {known}"
        )
    if rule.action is RuleAction.SCRIPT:
        yield from _of_script(rule, catalogue)
    if rule.looks_for_one and not rule.existing:
        which = "newest" if rule.newest else "oldest"
        said = f"has no `existingEventsFilters`, so that it takes the {which} incident, related or not; add some"
        yield _finding(rule, Rule.ANY_INCIDENT, said)


def _of_script(rule: PreProcessRule, catalogue: Catalogue) -> Iterator[Finding]:
    script = catalogue.find_script(rule.script) if rule.script else None
    if not rule.script:
        yield _finding(rule, Rule.UNKNOWN_SCRIPT, "runs a script and names none; add `scriptName`")
    elif script is None:
        said = f"runs the script `{rule.script}`, and there is no such script; install the pack that has it"
        yield _finding(rule, Rule.UNKNOWN_SCRIPT, said)
    elif TAG not in script.tags:
        said = f"runs the script `{rule.script}`, which has no tag `{TAG}`; XSOAR offers only those that have it"
        yield _finding(rule, Rule.UNTAGGED_SCRIPT, said)


def _of_conditions(rule: PreProcessRule, catalogue: Catalogue, language: Language) -> Iterator[Finding]:
    for comparison in (one for groups in (rule.new, rule.existing) for group in groups for one in group):
        problem = language.operator(comparison.operator)
        if problem and not script_with(catalogue, comparison.operator, FILTER):
            yield _finding(rule, Rule.UNKNOWN_OPERATOR, f"cannot be applied: {problem.removesuffix('.')}")
        for operand in (comparison.left, comparison.right):
            if operand is not None:
                yield from _of_operand(rule, operand, catalogue, language)


def _of_operand(rule: PreProcessRule, operand: Operand, catalogue: Catalogue, language: Language) -> Iterator[Finding]:
    for path in _paths(operand, language):
        found = _ROOT.match(path.strip())
        name = found[1].strip() if found else ""
        if name and name.lower() not in NO_FIELDS and not is_field(catalogue, name):
            said = f"looks at the incident field `{name}`, and there is no such field; correct it, or install its pack"
            yield _finding(rule, Rule.UNKNOWN_FIELD, said)
    for call in operand.value.transformers if isinstance(operand.value, Complex) else ():
        problem = language.transformer(call.operator)
        if problem and not script_with(catalogue, call.operator, TRANSFORMER):
            yield _finding(rule, Rule.UNKNOWN_TRANSFORMER, f"cannot be applied: {problem.removesuffix('.')}")


def _paths(operand: Operand, language: Language) -> tuple[str, ...]:
    match operand.value:
        case Simple(value=str() as text) if operand.is_context and "${" not in text:
            return (text,)
        case Simple(value=str() as text):
            return language.references(text)
        case Complex(root=root):
            return (root,)
        case _:
            return ()


def _finding(rule: PreProcessRule, kind: Rule, said: str) -> Finding:
    sentence = f"The pre-process rule `{rule.name}` {said}."
    return Finding(rule=kind, severity=SEVERITIES[kind], message=sentence, at=rule.at)
