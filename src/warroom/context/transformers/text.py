"""Transformers of text."""

from functools import partial

from warroom.context import cast
from warroom.context.regex import compile_regex, expand
from warroom.context.semantics import STANDARD, Semantics
from warroom.context.transformers.registry import transformer
from warroom.model.json import Json


@transformer("concat", category="string", takes_null=True)
def concat(value: Json, *, prefix: str = "", suffix: str = "", semantics: Semantics = STANDARD) -> Json:
    """Add text before and after.

    >>> concat("dump", prefix="lsass.", suffix="_1")
    'lsass.dump_1'
    """
    if value is None and not semantics.concat_of_null_is_text:
        return None
    return prefix + cast.text(value) + suffix


@transformer("toLowerCase", category="string")
def to_lower_case(value: Json) -> Json:
    """Convert to lower case.

    >>> to_lower_case("LSASS.EXE")
    'lsass.exe'
    """
    return cast.text(value).lower()


@transformer("toUpperCase", category="string")
def to_upper_case(value: Json) -> Json:
    """Convert to upper case.

    >>> to_upper_case("win-7")
    'WIN-7'
    """
    return cast.text(value).upper()


@transformer("trim", category="string")
def trim(value: Json) -> Json:
    """Remove whitespace at both ends.

    >>> trim("  10.0.0.1 ")
    '10.0.0.1'
    """
    return cast.text(value).strip()


@transformer("split", category="string")
def split(value: Json, *, delimiter: str = ",") -> Json:
    """Split at a delimiter.

    >>> split("a;b; c", delimiter=";")
    ['a', 'b', ' c']
    """
    return cast.text(value).split(delimiter or ",")


@transformer("splitAndTrim", category="string")
def split_and_trim(value: Json, *, delimiter: str = ",") -> Json:
    """Split at a delimiter and strip each part.

    >>> split_and_trim("10.0.0.1 , 10.0.0.2")
    ['10.0.0.1', '10.0.0.2']
    """
    return [part.strip() for part in cast.text(value).split(delimiter or ",")]


@transformer("replace", category="string")
def replace(value: Json, *, to_replace: str = "", replace_with: str = "", limit: int = -1) -> Json:
    """Replace text by text, at most `limit` times.

    >>> replace("a.b.c", to_replace=".", replace_with="[.]", limit=1)
    'a[.]b.c'
    """
    text = cast.text(value)
    return text.replace(to_replace, replace_with, limit) if to_replace else text


@transformer("replaceMatch", category="string")
def replace_match(value: Json, *, regex: str, replace_with: str = "") -> Json:
    """Replace all matches of a regular expression (Go syntax); `$1` is its first group.

    >>> replace_match("user=ann", regex="user=([a-z]+)", replace_with="$1")
    'ann'
    """
    return compile_regex(regex).sub(partial(expand, replace_with), cast.text(value))


@transformer("substring", category="string")
def substring(value: Json, *, from_: int = 0, to: int | None = None) -> Json:
    """The text between two positions, counted from 0; without `to`, up to the end.

    >>> substring("WIN-7", from_=0, to=3)
    'WIN'
    """
    return cast.text(value)[max(from_, 0) : to if to is None else max(to, 0)]


@transformer("substringFrom", category="string")
def substring_from(value: Json, *, from_: str = "", semantics: Semantics = STANDARD) -> Json:
    """The text after the first occurrence of a marker.

    >>> substring_from("ann@example.org", from_="@")
    'example.org'
    """
    text = cast.text(value)
    before, marker, after = text.partition(from_) if from_ else ("", "", text)
    if from_ and not marker:
        return before if semantics.missing_marker_keeps_text else ""
    return marker + after if semantics.cut_includes_marker else after


@transformer("substringTo", category="string")
def substring_to(value: Json, *, to: str = "", semantics: Semantics = STANDARD) -> Json:
    """The text before the first occurrence of a marker.

    >>> substring_to("ann@example.org", to="@")
    'ann'
    """
    text = cast.text(value)
    before, marker, _ = text.partition(to) if to else (text, "", "")
    return before if marker or not to or semantics.missing_marker_keeps_text else ""


@transformer("strLength", category="string")
def str_length(value: Json) -> Json:
    """The number of characters.

    >>> str_length("WIN-7")
    5
    """
    return len(cast.text(value))


@transformer("Stringify", category="general", scope="list")
def stringify(value: Json, *, semantics: Semantics = STANDARD) -> Json:
    """Write as JSON text, keys in their order; text stays unchanged.

    >>> stringify([{"id": 1, "Host": "a"}, "a"])
    ['{"Host":"a","id":1}', 'a']
    """
    if isinstance(value, list) and semantics.stringify_each_item:
        return [_json(item) for item in value]
    return _json(value)


def _json(value: Json) -> str:
    return value if isinstance(value, str) else cast.json_text(value, sort_keys=True)
