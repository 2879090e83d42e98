"""Checks playbooks against what is installed and what this runtime understands."""

from collections.abc import Iterable

from warroom.content.catalogue import Catalogue
from warroom.content.lint import Finding, Language, lint
from warroom.content.playbook import Playbook
from warroom.context.dt import parse
from warroom.context.interpolate import bare, references
from warroom.context.operators.registry import look_up as operator
from warroom.context.transformers.registry import look_up as transformer
from warroom.model.errors import InvalidInputError
from warroom.services.execution.builtins import BUILTINS, SYSTEM_FIELDS


def check_playbooks(playbooks: Iterable[Playbook], catalogue: Catalogue) -> list[Finding]:
    """Find what is wrong with playbooks, in their order."""
    return [finding for playbook in playbooks for finding in lint(playbook, catalogue, LANGUAGE)]


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
    system_fields=SYSTEM_FIELDS | {"severity"},
    operator=_operator,
    transformer=_transformer,
    parameters=_parameters,
    references=_references,
    javascript=_javascript,
)
