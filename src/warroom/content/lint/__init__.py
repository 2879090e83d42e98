"""Static checks: of playbooks, and of references between the items of a pack; pure."""

from warroom.content.lint.check import lint
from warroom.content.lint.code import check_code
from warroom.content.lint.finding import Finding, Rule, Severity
from warroom.content.lint.language import Language
from warroom.content.lint.preprocess import CANNOT_RUN, check_preprocess_rule
from warroom.content.lint.references import check_references

__all__ = [
    "CANNOT_RUN",
    "Finding",
    "Language",
    "Rule",
    "Severity",
    "check_code",
    "check_preprocess_rule",
    "check_references",
    "lint",
]
