"""Behaviour that could not be verified outside of Trend Micro, as settings."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Literal, TypeAlias, get_args

ResponseStatus: TypeAlias = Literal[
    "queued", "running", "succeeded", "failed", "rejected", "canceled", "pendingApproval"
]
ScanAction: TypeAlias = Literal["block", "log"]
RiskLevel: TypeAlias = Literal["high", "medium", "low"]
Timeline: TypeAlias = tuple[tuple[float, ResponseStatus], ...]

SCAN_ACTIONS: tuple[ScanAction, ...] = get_args(ScanAction)
RISK_LEVELS: tuple[RiskLevel, ...] = get_args(RiskLevel)
CHOICES = {"suspicious_scan_action": SCAN_ACTIONS, "suspicious_risk_level": RISK_LEVELS}
SIMPLE = bool | int | float | str
NORMAL: Timeline = ((0, "queued"), (2, "running"), (5, "succeeded"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One field for each open question; the default is our best guess."""

    # How many alerts does one page hold?
    alert_page_size: int = 10
    # How far back does the alert list look when no start is given?
    alert_window_seconds: float = 86_400.0
    # Does a change of an alert take owners? No published description of the API says so.
    alerts_take_owners: bool = False
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
    # How large may an upload to the sandbox be?
    upload_max_bytes: int = 60_000_000
    # How long may one request take before the gateway gives up on it (504)? 0: for ever.
    gateway_timeout_seconds: float = 60.0
    # How many requests may a key make in a window? 0: as many as it likes.
    rate_limit: int = 0
    rate_window_seconds: float = 60.0
    # Do answers that are no refusals say how much of the rate is left?
    rate_headers_always: bool = False
    # Does a refusal for the rate say Retry-After?
    retry_after: bool = False
    # Does an action on a message that no mailbox holds get refused, or does its task fail?
    refuse_unknown_messages: bool = True
    # Can an excepted object not become suspicious?
    refuse_excepted_objects: bool = True
    # Must addresses, domains, URLs and hashes on lists look like such?
    check_object_formats: bool = True
    # What is a suspicious object by default?
    suspicious_scan_action: ScanAction = "block"
    suspicious_risk_level: RiskLevel = "high"
    suspicious_days: int = 30
    # How many submissions a day does the sandbox take, and how long does it look at one?
    sandbox_reserve: int = 1_000
    sandbox_seconds: float = 60.0
    sandbox_urls_max: int = 10
    # For how many days does the sandbox call an object of a high-risk sample suspicious?
    sandbox_object_days: int = 30
    # Does the sandbox put such objects on the suspicious object list by itself?
    sandbox_feeds_suspicious_list: bool = False
    # From which size on is a collected file stored in its archive without compression?
    compress_below_bytes: int = 4_000_000

    def __post_init__(self) -> None:
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise ValueError(f"The setting {name} cannot be {getattr(self, name)!r}; use {' or '.join(choices)}.")


def changed(settings: Settings, assignments: dict[str, str]) -> Settings:
    """Return the settings with some simple fields set from text.

    >>> changed(Settings(), {"link_lifetime_seconds": "5", "approval_required": "true"}).link_lifetime_seconds
    5.0
    """
    known = {field.name: getattr(settings, field.name) for field in fields(settings)}
    values: dict[str, object] = {}
    for name, text in assignments.items():
        if name not in known or not isinstance(known[name], SIMPLE):
            simple = ", ".join(sorted(key for key, value in known.items() if isinstance(value, SIMPLE)))
            raise ValueError(f"There is no simple setting {name!r}; use one of {simple}.")
        values[name] = _read(text, known[name], name)
    return replace(settings, **values)  # type: ignore[arg-type]


def _read(text: str, current: object, name: str) -> bool | int | float | str:
    kind = type(current)
    try:
        return _READERS[kind](text)
    except (KeyError, ValueError) as error:
        raise ValueError(f"The setting {name} cannot be {text!r}; it takes {_WORDS[kind]}.") from error


_READERS: dict[type, Callable[[str], bool | int | float | str]] = {
    bool: lambda text: {"true": True, "false": False}[text.lower()],
    int: int,
    float: float,
    str: str,
}
_WORDS: dict[type, str] = {bool: "true or false", int: "a whole number", float: "a number"}
