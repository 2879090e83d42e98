"""What an operator decides about approvals."""

from dataclasses import dataclass

PROTECTED_HOSTS = "protected_hosts"  # XSOAR's list with the hosts on which nothing is done without approval


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Which actions need approval each time, from how many targets on all do, and how long a request waits."""

    commands: tuple[str, ...] = ()  # patterns: `command`, or `command@instance`
    above: int = 5  # more targets than so many need approval
    hours: float = 24.0  # of content time
