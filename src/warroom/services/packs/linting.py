"""Checks playbooks and packs against what is installed and what this runtime understands."""

from collections.abc import Iterable, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from warroom.content.catalogue import Catalogue, ModulesOf
from warroom.content.lint import (
    CANNOT_RUN,
    Finding,
    Language,
    Rule,
    Severity,
    check_code,
    check_preprocess_rule,
    check_references,
    lint,
)
from warroom.content.lint.finding import SEVERITIES
from warroom.content.lint.language import RIGHT
from warroom.content.load import load_packs, mistakes, unread_files
from warroom.content.pack import FileNote, Pack
from warroom.content.playbook import Playbook
from warroom.content.preprocess_rule import PreProcessRule
from warroom.context.interpolate import references
from warroom.context.operators.registry import look_up as operator
from warroom.context.re2 import beyond_re2
from warroom.context.transformers.registry import look_up as transformer
from warroom.model.errors import ContentError, InvalidInputError, Location
from warroom.services.commands.declared import DECLARED
from warroom.services.execution.builtins import BUILTINS
from warroom.services.execution.fields import SYSTEM_FIELDS

PATTERN = "regex"  # the argument of a transformer that is a regular expression


def check_playbooks(playbooks: Iterable[Playbook], catalogue: Catalogue) -> list[Finding]:
    """Find what is wrong with playbooks, in their order."""
    return [finding for playbook in playbooks for finding in lint(playbook, catalogue, LANGUAGE)]


def check_packs(path: Path, installed: Sequence[Pack], modules_of: ModulesOf) -> tuple[list[Pack], list[Finding]]:
    """Read the packs at a path, and find what is wrong with them beside what is installed."""
    try:
        packs = load_packs([path])
        unread = unread_files(path)
    except ContentError as error:
        return [], [unreadable(one) for one in mistakes(path) or [error]]
    catalogue = Catalogue([*installed, *packs], modules_of)
    playbooks = [one for pack in packs for one in (*pack.playbooks.values(), *pack.test_playbooks.values())]
    references = [finding for pack in packs for finding in check_references(pack, catalogue)]
    code = [finding for pack in packs for finding in check_code(pack, catalogue, LANGUAGE)]
    rules = [rule for pack in packs for rule in pack.preprocess_rules.values()]
    found = [*references, *check_rules(rules, catalogue), *check_playbooks(playbooks, catalogue)]
    remarks = [_remark(pack, note) for pack in packs for note in pack.remarks]
    return packs, [*map(_unread, unread), *remarks, *code, *found]


def check_rules(rules: Iterable[PreProcessRule], catalogue: Catalogue) -> list[Finding]:
    """Find what is wrong with pre-process rules, in their order."""
    return [finding for rule in rules for finding in check_preprocess_rule(rule, catalogue, LANGUAGE)]


def cannot_run(rule: PreProcessRule, catalogue: Catalogue) -> list[str]:
    """Say why a rule cannot be run here; nothing when it can."""
    return [finding.message for finding in check_rules([rule], catalogue) if finding.rule in CANNOT_RUN]


def unreadable(error: ContentError) -> Finding:
    """Say as a finding that something cannot be read."""
    return Finding(rule=Rule.UNREADABLE, severity=Severity.ERROR, message=error.message, at=error.at)


def _remark(pack: Pack, note: FileNote) -> Finding:
    at = Location(pack.path / note.file, note.line)
    return Finding(rule=Rule.REPEATED_KEY, severity=SEVERITIES[Rule.REPEATED_KEY], message=note.message, at=at)


def _unread(at: Location) -> Finding:
    message = "No item is read from this file; give it the place and the suffix of its kind, or take it out."
    return Finding(rule=Rule.UNREAD_FILE, severity=Severity.ERROR, message=message, at=at)


def _operator(name: str) -> str:
    try:
        operator(name)
    except InvalidInputError as error:
        return str(error)
    return ""


def _transformer(name: str) -> str:
    try:
        transformer(name)
    except InvalidInputError as error:
        return str(error)
    return ""


def _parameters(name: str) -> dict[str, bool] | None:
    if _transformer(name):
        return None
    return {key: parameter.is_required for key, parameter in transformer(name).parameters.items()}


def _is_pattern(call: str, argument: str) -> bool:
    if argument == RIGHT:
        return not _operator(call) and operator(call).is_pattern
    return argument == PATTERN and PATTERN in (_parameters(call) or {})


def _references(text: str) -> tuple[str, ...]:
    return tuple(piece[1] for piece in references(text) if isinstance(piece, tuple) and piece[1] is not None)


@cache
def _is_importable(module: str) -> bool:
    """Whether a worker can import a module: it runs in the same environment as this process."""
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):
        return False


LANGUAGE = Language(
    builtins=frozenset(BUILTINS),
    builtin_arguments={name: one.arguments for name, one in DECLARED.items()},
    takes_fields=frozenset(name for name, one in DECLARED.items() if one.takes_fields),
    takes_any_field=frozenset(name for name, one in DECLARED.items() if one.takes_indicator_fields),
    system_fields=SYSTEM_FIELDS,
    operator=_operator,
    transformer=_transformer,
    parameters=_parameters,
    references=_references,
    is_pattern=_is_pattern,
    pattern=beyond_re2,
    is_importable=_is_importable,
)
