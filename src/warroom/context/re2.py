"""Features of Python's regular expressions that Go's (RE2), which XSOAR uses, lack."""

import re

KNOWN_ESCAPES = frozenset("aftnrvxdDsSwWbBAzQEpPC")
KNOWN_IN_CLASS = KNOWN_ESCAPES - frozenset("bBAzC")
MOST_REPEATS = 1_000
PART = re.compile(
    r"""(?P<quoted>\\Q.*?(?:\\E|\Z))
      | (?P<octal>\\0[0-7]{0,2}|\\[1-7][0-7]{1,2})
      | (?P<reference>\\[1-9]|\(\?P=\w*\)?)
      | (?P<escape>\\.)
      | (?P<look>\(\?<?[=!])
      | (?P<condition>\(\?\()
      | (?P<atomic>\(\?>)
      | (?P<comment>\(\?\#)
      | (?P<flags>\(\?[a-zA-Z]*(?:-[a-zA-Z]*)?[):])
      | (?P<possessive>(?:[*+?]|\{\d+(?:,\d*)?\})\+)
      | (?P<repeat>\{\d+(?:,\d*)?\})
      | (?P<posix>\[:\^?[a-z]+:\])
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
SAID = {
    "reference": "refers back to a group",
    "look": "looks ahead or behind",
    "condition": "depends on a group",
    "atomic": "is an atomic group",
    "comment": "is a comment",
    "possessive": "repeats possessively",
}
KNOWN_FLAGS = frozenset("imsU-")


def beyond_re2(pattern: str) -> str:
    r"""Say what in a pattern XSOAR would refuse; "" when there is nothing.

    >>> beyond_re2(r"lsass(?!\.exe)")
    '`(?!` looks ahead or behind'
    >>> beyond_re2(r"(?i)^[[:alpha:]]+\.dmp\z")
    ''
    """
    in_class, first = False, 0  # and where a `]` would be a character of the class
    for found in PART.finditer(pattern):
        kind, text = str(found.lastgroup), found[0]
        if why := _refused_in_class(kind, text) if in_class else _refused(kind, text):
            return f"`{text}` {why}"
        if in_class:
            in_class = text != "]" or found.start() == first
        elif text == "[":
            in_class, first = True, found.end() + pattern.startswith("^", found.end())
    return ""


def _refused(kind: str, text: str) -> str:
    match kind:
        case "escape":
            return _unknown_escape(text, KNOWN_ESCAPES)
        case "flags" if set(text[2:-1]) - KNOWN_FLAGS:
            return "sets a flag that is none of i, m, s and U"
        case "repeat" if any(int(number) > MOST_REPEATS for number in re.findall(r"\d+", text)):
            return f"repeats more than {MOST_REPEATS:,} times"
        case _:
            return SAID.get(kind, "")


def _refused_in_class(kind: str, text: str) -> str:
    if kind == "reference" and text.startswith("\\"):
        return "is no character of a class"
    return _unknown_escape(text, KNOWN_IN_CLASS) if kind == "escape" else ""


def _unknown_escape(text: str, known: frozenset[str]) -> str:
    return "is an escape that it does not have" if text[1].isalnum() and text[1] not in known else ""
