"""Reads and reshapes incident data: DT, filters, transformers, conditions, merging outputs; pure."""
