"""Looks for mistakes before anything runs: in playbooks, and in what else of a pack names another item; pure."""

from warroom.content.lint.check import lint
from warroom.content.lint.finding import Finding, Rule, Severity
from warroom.content.lint.language import Language
from warroom.content.lint.references import check_references

__all__ = ["Finding", "Language", "Rule", "Severity", "check_references", "lint"]
