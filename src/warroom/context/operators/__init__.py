"""Operators of conditions and filters, by XSOAR's own names."""

from warroom.context.operators import date, general, number, text
from warroom.context.operators.registry import OPERATORS, Operator, compare, is_operator

__all__ = ["OPERATORS", "Operator", "compare", "date", "general", "is_operator", "number", "text"]
