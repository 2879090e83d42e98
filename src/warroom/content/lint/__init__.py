"""Looks for mistakes in playbooks before they run: what is called, with what, and where the edges lead; pure."""

from warroom.content.lint.check import lint
from warroom.content.lint.finding import Finding, Rule, Severity
from warroom.content.lint.language import Language

__all__ = ["Finding", "Language", "Rule", "Severity", "lint"]
