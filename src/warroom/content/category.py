"""The category that may stand before the name of an operator or a transformer, as in `number.InRange`."""

CATEGORIES = frozenset({"string", "number", "general", "date"})


def without_category(written: str) -> str:
    """Return the name alone.

    >>> without_category("number.InRange"), without_category("InRange")
    ('InRange', 'InRange')
    """
    head, dot, rest = written.partition(".")
    return rest if dot and head in CATEGORIES else written
