"""Indicators: their types, how they are found in text, scored, looked for and changed."""
