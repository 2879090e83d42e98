"""Go's regular expressions (RE2), as content writes them, with Python's `re`.

Not translated: Python backtracks where RE2 does not, so a pattern that RE2 runs in linear time may be slow here.
"""

import re
from functools import lru_cache

from warroom.model.errors import InvalidInputError

POSIX = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": r"\x00-\x7f",
    "blank": r"\t ",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\t\n\v\f\r ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}
PART = re.compile(
    r"""(?P<quoted>\\Q(?P<literal>.*?)(?:\\E|\Z))
      | (?P<codepoint>\\x\{(?P<hex>[0-9A-Fa-f]{1,6})\})
      | (?P<unicode>\\[pP].?)
      | (?P<end>\\z)
      | (?P<escape>\\.)
      | (?P<posix>\[:(?P<name>[a-z]+):\])
      | (?P<flags>\(\?(?P<on>[a-zA-Z]*)(?:-[a-zA-Z]+)?(?P<closed>[):]))
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
REFERENCE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<braced>\w+)\}|(?P<plain>\w+))")


@lru_cache(maxsize=1024)
def compile_regex(pattern: str) -> re.Pattern[str]:
    r"""Compile a Go pattern.

    >>> bool(compile_regex(r"^[[:upper:]]+\z").search("LSASS"))
    True
    """
    try:
        return re.compile(_translated(pattern), re.ASCII)
    except re.error as error:
        raise InvalidInputError(f"`{pattern}` is not a regular expression that can be used here: {error}.") from error


def _translated(pattern: str) -> str:
    """Walk the pattern; a flag such as `(?i)` holds until the group around it ends, through its alternatives."""
    parts: list[str] = []
    open_flags: list[list[str]] = [[]]  # of each open group
    in_class = is_multiline = False
    for found in PART.finditer(pattern):
        mark = found["other"]
        if in_class:
            parts.append(f"\\{mark}" if mark and mark in "[&~|" else _part(found, mark, is_end=False))
            in_class = mark != "]"
        elif found["flags"]:
            is_multiline = is_multiline or "m" in found["on"]
            parts.append(_flags(found, open_flags))
        else:
            in_class = mark == "["
            parts.append(_grouped(mark, open_flags) or _part(found, mark, is_end=mark == "$" and not is_multiline))
    return "".join(parts) + ")" * len(open_flags[0])


def _flags(found: re.Match[str], open_flags: list[list[str]]) -> str:
    if "U" in found["on"]:
        raise InvalidInputError("The flag `U` of a regular expression is not supported; write `*?` and `+?` instead.")
    if found["closed"] == ":":
        open_flags.append([])
        return found[0]
    opened = f"{found[0][:-1]}:"
    open_flags[-1].append(opened)
    return opened


def _grouped(mark: str | None, open_flags: list[list[str]]) -> str:
    match mark:
        case "(":
            open_flags.append([])
            return "("
        case ")" if len(open_flags) > 1:
            return ")" * (len(open_flags.pop()) + 1)
        case "|" if open_flags[-1]:
            return ")" * len(open_flags[-1]) + "|" + "".join(open_flags[-1])
        case _:
            return ""


def _part(found: re.Match[str], mark: str | None, *, is_end: bool) -> str:
    match found.lastgroup:
        case "quoted":
            return re.escape(found["literal"])
        case "codepoint":
            return re.escape(chr(int(found["hex"], 16)))
        case "unicode":
            raise InvalidInputError(f"`{found[0]}` in a regular expression is not supported; list the letters instead.")
        case "end":
            return r"\Z"
        case "posix":
            return POSIX.get(found["name"], found[0])
        case _:
            return r"\Z" if is_end else (mark or found[0])


def expand(template: str, found: re.Match[str]) -> str:
    """Fill `$1`, `${name}` and `$$` of a Go template; a group that does not exist is empty.

    >>> expand("${user} at $2", re.compile("(?P<user>.+)@(.+)").fullmatch("ann@example.org"))
    'ann at example.org'
    """
    return REFERENCE.sub(lambda reference: _group(reference, found), template)


def _group(reference: re.Match[str], found: re.Match[str]) -> str:
    if reference["dollar"]:
        return "$"
    name = reference["braced"] or reference["plain"]
    key = int(name) if name.isdecimal() else name
    is_known = key <= found.re.groups if isinstance(key, int) else key in found.re.groupindex
    return (found[key] or "") if is_known else ""
