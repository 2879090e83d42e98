"""Findings of checks, with their places."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from warroom.model.errors import Location


class Severity(StrEnum):
    ERROR = "error"  # it will not do what it says
    WARNING = "warning"  # it may not


class Rule(StrEnum):
    """The names of the rules; programs may rely on them."""

    UNREADABLE = "unreadable"
    REPEATED_KEY = "repeated-key"
    UNREACHABLE_TASK = "unreachable-task"
    UNHANDLED_LABEL = "unhandled-label"
    UNKNOWN_LABEL = "unknown-label"
    NO_ERROR_PATH = "no-error-path"
    UNUSED_ERROR_PATH = "unused-error-path"
    CANNOT_RUN = "cannot-run"
    UNKNOWN_COMMAND = "unknown-command"
    UNKNOWN_SCRIPT = "unknown-script"
    UNKNOWN_PLAYBOOK = "unknown-playbook"
    SEVERAL_INTEGRATIONS = "several-integrations"
    DEPRECATED_COMMAND = "deprecated-command"
    UNKNOWN_ARGUMENT = "unknown-argument"
    MISSING_ARGUMENT = "missing-argument"
    UNKNOWN_INPUT = "unknown-input"
    MISSING_INPUT = "missing-input"
    UNDECLARED_INPUT = "undeclared-input"
    UNUSED_INPUT = "unused-input"
    UNKNOWN_FIELD = "unknown-field"
    UNKNOWN_TYPE = "unknown-type"
    UNKNOWN_LAYOUT = "unknown-layout"
    UNKNOWN_CLASSIFIER = "unknown-classifier"
    UNKNOWN_MAPPER = "unknown-mapper"
    UNREAD_FILE = "unread-file"
    FOREIGN_LANGUAGE = "foreign-language"
    OLD_PYTHON = "old-python"
    SYNTAX_ERROR = "syntax-error"
    MISSING_MODULE = "missing-module"
    UNKNOWN_PARAMETER_TYPE = "unknown-parameter-type"
    UNKNOWN_OPERATOR = "unknown-operator"
    UNKNOWN_TRANSFORMER = "unknown-transformer"
    FOREIGN_PATTERN = "foreign-pattern"
    UNKNOWN_ACTION = "unknown-action"
    UNTAGGED_SCRIPT = "untagged-script"
    ANY_INCIDENT = "any-incident"


SEVERITIES: Mapping[Rule, Severity] = {
    **dict.fromkeys(Rule, Severity.ERROR),
    Rule.REPEATED_KEY: Severity.WARNING,
    Rule.NO_ERROR_PATH: Severity.WARNING,
    Rule.UNUSED_ERROR_PATH: Severity.WARNING,
    Rule.SEVERAL_INTEGRATIONS: Severity.WARNING,
    Rule.DEPRECATED_COMMAND: Severity.WARNING,
    Rule.UNUSED_INPUT: Severity.WARNING,
    Rule.FOREIGN_LANGUAGE: Severity.WARNING,
    Rule.OLD_PYTHON: Severity.WARNING,
    Rule.MISSING_MODULE: Severity.WARNING,
    Rule.UNTAGGED_SCRIPT: Severity.WARNING,
    Rule.ANY_INCIDENT: Severity.WARNING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One mistake; `task` is "" when it is the playbook's own."""

    rule: Rule
    severity: Severity
    message: str
    at: Location | None = None
    playbook: str = ""
    task: str = ""

    def __str__(self) -> str:
        place = f"{self.at}: " if self.at else ""
        return f"{place}{self.severity}: {self.message} [{self.rule}]"
