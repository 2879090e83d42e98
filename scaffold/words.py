"""The forms in which one name is written."""

import re
from collections.abc import Iterable

from scaffold.draft import ScaffoldError


def snake(name: str) -> str:
    """Write a name as Python does.

    >>> [snake(name) for name in ("get-accounts", "reverseText", "dmm/models", "customFilters")]
    ['get_accounts', 'reverse_text', 'dmm_models', 'custom_filters']
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[-/ ]+", "_", name).lower()


def capitals(name: str) -> str:
    """Write a name as a context path or a class does.

    >>> [capitals(name) for name in ("get-accounts", "custom_filter")]
    ['Get_Accounts', 'Custom_Filter']
    """
    return "_".join(word.capitalize() for word in snake(name).split("_"))


def checked(name: str, form: str, example: str, what: str = "name") -> str:
    """Return a name that has the form; another is refused with an example."""
    if not re.fullmatch(form, name):
        raise ScaffoldError(f"The {what} {name!r} is not valid. Write it like {example}.")
    return name


def one_of(choice: str, choices: Iterable[str], what: str) -> str:
    """Return a choice that is among these; another is refused with all of them."""
    known = list(choices)
    if choice not in known:
        raise ScaffoldError(f"There is no {what} {choice!r}. There are {', '.join(known)}.")
    return choice


def sentence(text: str) -> str:
    """Return a sentence that begins with a capital letter and ends with a period.

    >>> sentence("shows the accounts")
    'Shows the accounts.'
    """
    plain = " ".join(text.split())
    if not plain or '"' in plain or "\\" in plain:
        raise ScaffoldError("Describe it in one sentence without double quotes, such as 'Shows the accounts.'")
    return plain[0].upper() + plain[1:].rstrip(".") + "."
