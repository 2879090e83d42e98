"""Transformers of values, by XSOAR's own names."""

from warroom.context.transformers import date, list, number, text  # noqa: A004  # transformers of lists
from warroom.context.transformers.registry import TRANSFORMERS, Transformer, is_transformer, transform

__all__ = ["TRANSFORMERS", "Transformer", "date", "is_transformer", "list", "number", "text", "transform"]
