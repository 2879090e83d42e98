"""Keeps secrets out of what people and logs see: values of instances, and keys that name a secret.

The password of an evidence archive stays in the context (design 6) and is masked everywhere else.
"""

import json
import re
from base64 import b64encode
from collections.abc import Collection, Iterable, Iterator, Mapping
from enum import Enum, auto
from functools import lru_cache
from urllib.parse import quote, quote_plus

from warroom.model.border import parsed
from warroom.model.json import Json

MASK = "••••••"
SECRET_KEYS = re.compile(
    r"passw(or)?d|passphrase|secret|api[-_ ]?key|private[-_ ]?key|token$|^authorization$|^(set-)?cookie$", re.IGNORECASE
)
# What is done with passwords, as in VisionOne.Force_Password_Reset: of an object under it each key tells for itself.
DOINGS = re.compile(
    r"s?[-_ ]?(reset|chang|polic|expir|rotat|histor|spray|attempt|dump|theft|reuse|recover|guess)", re.IGNORECASE
)
EXPRESSION = re.compile(r"\(val\b.*", re.DOTALL)  # of a path of outputs: by what they are told apart, not what they are
SAYS_NOTHING = re.compile(
    r"true|false|none|null|yes|no|n/?a|unknown|(not )?(set|required)|never|(en|dis)abled|expired|string"
    r"|\d{4}-\d\d-\d\d([T ][\d:.]+(Z|[+-]\d\d:?\d\d)?)?",
    re.IGNORECASE,
)
LINK_KEYS = re.compile(r"resource_?location", re.IGNORECASE)
LINK = re.compile(r"https?://[^\s\"'<>|)\]]+", re.IGNORECASE)
# A link with a signature in its query gives access to a file; other links are left readable.
SIGNATURE = re.compile(
    r"(?:^|[?&;])(?:sig|signature|token|x-(?:amz|goog|oss)-[a-z-]+|awsaccesskeyid|key-pair-id)=", re.IGNORECASE
)
NAMED_TEXT = re.compile(
    r"((?:passw(?:or)?d|passphrase|secret|api[-_ ]?key|private[-_ ]?key|token|authorization|cookie)\b[\"']?\s*[:=]\s*)"
    r"(?:(?:basic|bearer)\s+)?(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s,;}]+)",
    re.IGNORECASE,
)
ORDINARY_KEY = 64
SHORTEST_SECRET = 4  # masking shorter ones would blank out ordinary text
MANY = 100  # from this many secrets on, a search for each of them is slower than one pass over the text
SHORTEST_PART = 8  # the same for a line of a secret, and for what is left of one inside of Base64
URL_SAFE = str.maketrans("+/", "-_")
OPENING = ("[", "{")
CUT = re.compile(r"(\n?… [^\n]{1,40} left out here …\n?)")  # where a worker has cut what code printed


class Mask:
    """Masks a set of secret texts, anywhere in a text or tree."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._known = frozenset(text for text in secrets if len(text) >= SHORTEST_SECRET)
        self._secrets = _longest_first(self._known)
        self._lengths = _lengths(self._known) if len(self._known) > MANY else None

    def text(self, text: str) -> str:
        for secret in self._secrets if self._lengths is None else self._standing_in(text, self._lengths):
            text = text.replace(secret, MASK)
        return LINK.sub(_unsigned, text) if "://" in text else text

    def _standing_in(self, text: str, lengths: Mapping[str, Collection[int]]) -> list[str]:
        """Find the secrets that a text holds, the longest first, without looking for each of thousands in it."""
        found = {
            part
            for place in range(len(text) - SHORTEST_SECRET + 1)
            for length in lengths.get(text[place : place + SHORTEST_SECRET], ())
            if (part := text[place : place + length]) in self._known
        }
        return _longest_first(found)

    def cut_text(self, text: str, *, at_end: bool = False) -> str:
        """Mask a text that was cut, perhaps in a secret: where it says so and, with `at_end`, at its end."""
        parts = CUT.split(self.text(text))
        for place in range(2, len(parts), 2):
            parts[place - 2] = self._without_half(parts[place - 2], at_end=True)
            parts[place] = self._without_half(parts[place], at_end=False)
        if at_end:
            parts[-1] = self._without_half(parts[-1], at_end=True)
        return "".join(parts)

    def _without_half(self, text: str, *, at_end: bool) -> str:
        """Mask what a cut has left of a secret at one end of the text."""
        for secret in self._secrets:
            for length in range(min(len(secret) - 1, len(text)), SHORTEST_SECRET - 1, -1):
                if at_end and text.endswith(secret[:length]):
                    return text[:-length] + MASK
                if not at_end and text.startswith(secret[-length:]):
                    return MASK + text[length:]
        return text

    def in_every_spelling(self) -> "Mask":
        """Return a mask that also matches these texts as code prints them."""
        return self.also(spelling for text in self._secrets for spelling in _spellings(text))

    def tree(self, value: Json) -> Json:
        """Mask secrets in a JSON tree: known texts anywhere, and every value under a key that names a secret."""
        match value:
            case str():
                return self.text(value)
            case dict():
                return {self.text(key): self._member(key, item) for key, item in value.items()}
            case list():
                return [self.tree(item) for item in value]
            case _:
                return value

    def also(self, secrets: Iterable[str]) -> "Mask":
        """Return a mask for these texts too."""
        more = list(secrets)
        return Mask([*self._secrets, *more]) if more else self

    def _member(self, key: str, value: Json) -> Json:
        match _named_by(key):
            case Named.SECRET:
                return _blank(value)
            case Named.DOING if not _is_of_objects(value):
                return _blank(value)
            case Named.LINK if isinstance(value, str):
                return without_query(self.text(value))
            case _:
                return self.tree(value)


def _longest_first(secrets: Collection[str]) -> list[str]:
    return sorted(secrets, key=lambda secret: (-len(secret), secret))


def _lengths(secrets: Iterable[str]) -> Mapping[str, Collection[int]]:
    """Say of each beginning how long the secrets with it are."""
    lengths: dict[str, set[int]] = {}
    for secret in secrets:
        lengths.setdefault(secret[:SHORTEST_SECRET], set()).add(len(secret))
    return lengths


class Named(Enum):
    """What a key's name says about its value."""

    SECRET = auto()
    DOING = auto()  # what is done with secrets: a text under it may be one, an object is not
    LINK = auto()
    DATA = auto()


def _named_by(key: str) -> Named:
    return _remembered(key) if len(key) <= ORDINARY_KEY else _read(key)


def _read(key: str) -> Named:
    name = EXPRESSION.sub("", key)
    found = [DOINGS.match(name, named.end()) for named in SECRET_KEYS.finditer(name)]
    if found:
        return Named.DOING if all(found) else Named.SECRET
    return Named.LINK if LINK_KEYS.search(name) else Named.DATA


def _is_of_objects(value: Json) -> bool:
    items = value if isinstance(value, list) else [value]
    return bool(items) and all(isinstance(item, dict) for item in items)


_remembered = lru_cache(maxsize=4096)(_read)  # the answers of a command have the same keys


def _blank(value: Json) -> Json:
    """Replace every text; a flag, a number of days or an empty text reveals nothing."""
    match value:
        case "":
            return value
        case str():
            return MASK
        case dict():
            return {key: _blank(item) for key, item in value.items()}
        case list():
            return [_blank(item) for item in value]
        case _:
            return value


def secrets_in(value: Json, *, is_secret: bool = False) -> Iterator[str]:
    """Find the texts under keys that name a secret: they are secret in other places, too.

    >>> list(secrets_in({"archive": {"name": "a.zip", "password": "virus"}}))
    ['virus']
    """
    match value:
        case str() if is_secret and not SAYS_NOTHING.fullmatch(value):
            yield value
        case dict():
            for key, item in value.items():
                yield from secrets_in(item, is_secret=is_secret or _is_secret(key, item))
        case list():
            for item in value:
                yield from secrets_in(item, is_secret=is_secret)
        case _:
            return


def _is_secret(key: str, value: Json) -> bool:
    named = _named_by(key)
    return named is Named.SECRET or (named is Named.DOING and not _is_of_objects(value))


def without_named(text: str) -> str:
    """Mask what follows a word that names a secret, in printed text.

    >>> without_named("{'password': 'virus', 'days': 3} Authorization: Bearer eyJ0")
    "{'password': ••••••, 'days': 3} Authorization: ••••••"
    """
    return NAMED_TEXT.sub(rf"\1{MASK}", text)


def _spellings(secret: str) -> Iterator[str]:
    """How code prints a text: as a literal, as JSON, in a URL, in one line or line by line, in hex, in Base64."""
    data = secret.encode(errors="replace")
    yield repr(secret)[1:-1]
    yield json.dumps(secret)[1:-1]
    yield from (quote(secret, safe=safe, errors="replace") for safe in ("", "/"))
    yield quote_plus(secret, errors="replace")
    yield " ".join(secret.split())
    yield from (line.strip() for line in secret.splitlines() if len(line.strip()) >= SHORTEST_PART)
    yield data.hex()
    for place in range(3):
        text, inside = _in_base64(data, place)
        yield from (part.translate(table) for part in (text, inside) for table in ({}, URL_SAFE))


def _in_base64(data: bytes, place: int) -> tuple[str, str]:
    """Return the Base64 of data at such an offset of three: at the end of a text, and inside one.

    >>> _in_base64(b"password", 0), b64encode(b"me:password!")
    (('cGFzc3dvcmQ', 'cGFzc3dvcm'), b'bWU6cGFzc3dvcmQh')
    """
    first, last = -(-place * 8 // 6), (place + len(data)) * 8 // 6  # of the characters that only the data decides
    text = b64encode(bytes(place) + data).decode().rstrip("=")[first:]
    inside = text[: last - first]
    return (text, inside) if len(inside) >= SHORTEST_PART else (text if not place else "", "")


def secrets_of(argument: Json) -> list[str]:
    """List what is secret of an argument that is declared so: what its own keys name as secret, else all of it.

    >>> secrets_of([{"name": "lsass.DMP", "password": "virus"}]), secrets_of("virus")
    (['virus'], ['virus'])
    """
    if isinstance(argument, str) and argument.lstrip()[:1] in OPENING:
        return [argument, *secrets_in(_parsed(argument))]
    return list(secrets_in(argument)) or list(secrets_in(argument, is_secret=True))


def _parsed(text: str) -> Json:
    """Read what may be JSON as text; None when it is none."""
    try:
        return parsed(text)
    except ValueError:
        return None


def _unsigned(link: re.Match[str]) -> str:
    return without_query(link[0]) if SIGNATURE.search(link[0].partition("?")[2]) else link[0]


def without_query(url: str) -> str:
    """Cut the signature off a pre-signed link.

    >>> without_query("http://127.0.0.1/f/7?sig=abc")
    'http://127.0.0.1/f/7?…'
    """
    head, mark, _ = url.partition("?")
    return f"{head}?…" if mark else url
