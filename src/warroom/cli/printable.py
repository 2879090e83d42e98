"""Text that cannot steer a terminal."""

import unicodedata


def printable(text: str) -> str:
    r"""Drop what could steer a terminal: everything invisible except spaces, line breaks and tabs.

    >>> printable("a\x1b[2Jb\u202ec\rd")
    'a[2Jbcd'
    """
    return "".join(character for character in text if _is_harmless(character))


def _is_harmless(character: str) -> bool:
    return character.isprintable() or character in "\n\t" or unicodedata.category(character) == "Zs"
