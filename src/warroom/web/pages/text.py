"""Text of alerts, files and commands, safe for a page: without control characters, and of limited length."""

from datetime import datetime, timedelta

from warroom.web.markdown import visible

LONGEST = 4000
UNITS = ("kB", "MB", "GB", "TB")


def plain(text: str, longest: int = LONGEST) -> str:
    r"""Drop control and direction characters, and cut what is too long for a page, with a note about the rest.

    >>> plain("a\x00b\u202egpj.exe\nc"), plain("x" * 12, 10)
    ('abgpj.exe\nc', 'xxxxxxxxxx… (2 characters more)')
    """
    rest = len(text) - longest
    shown = visible(text[:longest])
    return f"{shown}… ({rest:,} characters more)" if rest > 0 else shown


def one_line(text: str, longest: int = 200) -> str:
    r"""The text in one line, cut with an ellipsis.

    >>> one_line("two\nlines"), one_line("abcdef", 3)
    ('two lines', 'abc…')
    """
    shown = " ".join(plain(text[: longest * 4], longest * 4).split())
    return shown if len(shown) <= longest else f"{shown[:longest].rstrip()}…"


def size(count: int) -> str:
    """Say how big a file is.

    >>> size(999), size(52_700_000)
    ('999 B', '52.7 MB')
    """
    if count < 1000:
        return f"{count} B"
    amount = float(count)
    for unit in UNITS:
        amount /= 1000
        if amount < 999.95 or unit == UNITS[-1]:
            break
    return f"{amount:.1f} {unit}"


def lasting(time: timedelta) -> str:
    """Say how long something took or takes, in its two biggest units.

    >>> lasting(timedelta(seconds=0.25)), lasting(timedelta(seconds=75)), lasting(timedelta(days=3, hours=2))
    ('0.2 s', '1 min 15 s', '3 d 2 h')
    """
    seconds = max(0.0, time.total_seconds())
    if seconds < 10:
        return f"{seconds:.1f} s"
    parts = ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s"))
    said: list[str] = []
    rest = int(seconds)
    for unit, name in parts:
        count, rest = divmod(rest, unit)
        if count or said:
            said.append(f"{count} {name}")
    return " ".join(part for part in said[:2] if not part.startswith("0 "))


def spent(started: datetime | None, ended: datetime | None) -> str:
    """Say how long something took; empty while it has not ended."""
    return lasting(ended - started) if started and ended else ""
