"""What an operator decides about approvals."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from warroom.services.approvals.pieces import single_words_of

RESPONSE_MODES = "vision_one_response_modes"  # the pack's list with what its responses do by themselves
PROTECTED_HOSTS = "protected_hosts"  # XSOAR's list with the hosts on which nothing is done without approval


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Which actions always need approval, from how many targets on all others do, and how long a request waits."""

    commands: tuple[str, ...] = ()  # patterns: `command`, or `command@instance`
    above: int = 5  # more targets than this need approval
    hours: float = 24.0  # of content time


def protected_hosts(lists: Mapping[str, str]) -> tuple[str, ...]:
    """Return the entries of the list of protected hosts, under each spelling that it was ever stored.

    >>> protected_hosts({"protected_hosts": "dc-*", "Protected Hosts": "fin-1;dc-*", "other": "x"})
    ('dc-*', 'fin-1')
    """
    texts = (text for name, text in lists.items() if is_written(name, PROTECTED_HOSTS))
    return tuple(dict.fromkeys(word for text in texts for word in single_words_of(text)))


def is_written(name: str, meant: str) -> bool:
    """Whether a list's name is this one in another case, width or with other separators.

    >>> is_written(" Protected-Hosts ", PROTECTED_HOSTS), is_written("hosts", PROTECTED_HOSTS)
    (True, False)
    """
    return _letters(name) == _letters(meant)


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", name).casefold()))
