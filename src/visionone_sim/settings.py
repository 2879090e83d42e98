"""What nobody outside Trend Micro could verify, as values that a user can change."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Literal, TypeAlias

ResponseStatus: TypeAlias = Literal[
    "queued", "running", "succeeded", "failed", "rejected", "canceled", "pendingApproval"
]
Timeline: TypeAlias = tuple[tuple[float, ResponseStatus], ...]

NORMAL: Timeline = ((0, "queued"), (2, "running"), (5, "succeeded"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One field for each open question; the default is our best guess."""

    # How many alerts does one page hold?
    alert_page_size: int = 10
    # How far back does the alert list look when no start is given?
    alert_window_seconds: float = 86_400.0
    # How far back does the task list look when no start is given?
    task_window_seconds: float = 180 * 86_400.0
    # How long does the link to a collected file live?
    link_lifetime_seconds: float = 60.0
    # How does an expired link answer?
    expired_link_status: int = 403
    # How many targets may one response call name, and how long may a description be?
    response_targets_max: int = 10
    description_max: int = 256
    # Does a second equal task, while the first one is under way, get refused?
    refuse_duplicates: bool = True
    # Does a person have to approve response tasks?
    approval_required: bool = False
    # Which products' agents can hand over files?
    collecting_products: frozenset[str] = frozenset({"xes", "sao"})
    # When does a task for an offline agent give up?
    offline_timeout_seconds: float = 86_400.0
    # How does a response task go by, in seconds since it was made?
    timeline: Timeline = NORMAL
    # Do filters compare text without regard to case?
    filter_ignores_case: bool = True
    # How large may a request body be?
    body_max_bytes: int = 1_000_000
    # From which size on is a collected file stored in its archive without compression?
    compress_below_bytes: int = 4_000_000


def changed(settings: Settings, assignments: dict[str, str]) -> Settings:
    """Return the settings with some simple fields set from text.

    >>> changed(Settings(), {"link_lifetime_seconds": "5", "approval_required": "true"}).link_lifetime_seconds
    5.0
    """
    known = {field.name: getattr(settings, field.name) for field in fields(settings)}
    values: dict[str, object] = {}
    for name, text in assignments.items():
        if name not in known or not isinstance(known[name], bool | int | float):
            simple = ", ".join(sorted(key for key, value in known.items() if isinstance(value, bool | int | float)))
            raise ValueError(f"There is no simple setting {name!r}; use one of {simple}.")
        values[name] = _read(text, known[name], name)
    return replace(settings, **values)  # type: ignore[arg-type]


def _read(text: str, current: object, name: str) -> bool | int | float:
    kind = type(current)
    try:
        return _READERS[kind](text)
    except (KeyError, ValueError) as error:
        raise ValueError(f"The setting {name} cannot be {text!r}; it takes {_WORDS[kind]}.") from error


_READERS: dict[type, Callable[[str], bool | int | float]] = {
    bool: lambda text: {"true": True, "false": False}[text.lower()],
    int: int,
    float: float,
}
_WORDS: dict[type, str] = {bool: "true or false", int: "a whole number", float: "a number"}
