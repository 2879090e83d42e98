"""Helpers for sentences in messages."""

ENDS = (".", "!", "?", "…")


def ended(text: str) -> str:
    """End a text from elsewhere with a full stop, so that another sentence can follow.

    >>> ended("connection refused"), ended("It is away. "), ended("")
    ('connection refused.', 'It is away.', '')
    """
    text = text.rstrip()
    return text if not text or text.endswith(ENDS) else f"{text}."


def counted(number: int, noun: str) -> str:
    """Write a count with its noun.

    >>> counted(1, "task"), counted(1200, "task")
    ('1 task', '1,200 tasks')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
