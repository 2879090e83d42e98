"""A user's mail address, to which messages go."""

from email.errors import HeaderParseError
from email.headerregistry import Address

from warroom.model.errors import InvalidInputError

LONGEST = 254  # characters, as RFC 5321 bounds a path


def checked(text: str) -> str:
    """Return an address without blanks around it; "" is none. Raises InvalidInputError for what no mail can go to.

    >>> checked(" Ann@Example.com "), checked(" ")
    ('Ann@Example.com', '')
    """
    address = text.strip()
    if address and not _is_address(address):
        raise InvalidInputError(f"{address[:LONGEST]!r} is no mail address. Write NAME@HOST, in ASCII.")
    return address


def _is_address(text: str) -> bool:
    if len(text) > LONGEST or not text.isascii() or not text.isprintable() or " " in text:
        return False
    try:
        found = Address(addr_spec=text)
    except (HeaderParseError, ValueError, IndexError):
        return False
    return found.addr_spec == text and bool(found.username) and _is_host(found.domain)


def _is_host(domain: str) -> bool:
    """Whether a mail server can have this name, or this address in brackets."""
    if domain.startswith("[") and domain.endswith("]"):
        return len(domain) > len("[]")
    return all(label.strip("-") == label and label.replace("-", "a").isalnum() for label in domain.split("."))
