"""Checks playbooks and packs against what is installed and what this runtime understands."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from warroom.content.catalogue import Catalogue
from warroom.content.lint import Finding, Language, Rule, Severity, check_references, lint
from warroom.content.load import load_packs, mistakes, unread_files
from warroom.content.pack import Pack
from warroom.content.playbook import Playbook
from warroom.context.dt import parse
from warroom.context.interpolate import bare, references
from warroom.context.operators.registry import look_up as operator
from warroom.context.transformers.registry import look_up as transformer
from warroom.model.errors import ContentError, InvalidInputError, Location
from warroom.services.execution.builtins import BUILTINS
from warroom.services.execution.declared import DECLARED
from warroom.services.execution.fields import SYSTEM_FIELDS


def check_playbooks(playbooks: Iterable[Playbook], catalogue: Catalogue) -> list[Finding]:
    """Find what is wrong with playbooks, in their order."""
    return [finding for playbook in playbooks for finding in lint(playbook, catalogue, LANGUAGE)]


def check_packs(path: Path, installed: Sequence[Pack]) -> tuple[list[Pack], list[Finding]]:
    """Read the packs at a path, and find what is wrong with them beside what is installed."""
    try:
        packs = load_packs([path])
        unread = unread_files(path)
    except ContentError as error:
        return [], [unreadable(one) for one in mistakes(path) or [error]]
    catalogue = Catalogue([*installed, *packs])
    playbooks = [one for pack in packs for one in (*pack.playbooks.values(), *pack.test_playbooks.values())]
    references = [finding for pack in packs for finding in check_references(pack, catalogue)]
    return packs, [*map(_unread, unread), *references, *check_playbooks(playbooks, catalogue)]


def unreadable(error: ContentError) -> Finding:
    """Say as a finding that something cannot be read."""
    return Finding(rule=Rule.UNREADABLE, severity=Severity.ERROR, message=error.message, at=error.at)


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


def _references(text: str) -> tuple[str, ...]:
    return tuple(piece[1] for piece in references(text) if isinstance(piece, tuple) and piece[1] is not None)


def _javascript(path: str) -> tuple[str, ...]:
    try:
        return parse(bare(path)).javascript
    except InvalidInputError:  # the runtime leaves such text as it is
        return ()


LANGUAGE = Language(
    builtins=frozenset(BUILTINS),
    builtin_arguments={name: one.arguments for name, one in DECLARED.items()},
    takes_fields=frozenset(name for name, one in DECLARED.items() if one.takes_fields),
    system_fields=SYSTEM_FIELDS,
    operator=_operator,
    transformer=_transformer,
    parameters=_parameters,
    references=_references,
    javascript=_javascript,
)
