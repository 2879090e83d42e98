"""A request for approval: the exact action, why it needs approval, and who asked for it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256

from warroom.content.integration import Argument
from warroom.model.json import Json, JsonObject
from warroom.model.plan import Approved, Wait, WaitKind
from warroom.services.approvals.hosts import KnownHosts
from warroom.services.approvals.people import NOBODY
from warroom.services.approvals.pieces import targets_of
from warroom.services.commands.typed_line import typed_line
from warroom.services.secrecy.masking import MASK, Mask

APPROVE, REJECT = "Approve", "Reject"
WITHDRAW = "Withdraw"  # never offered: this is the answer when the incident is closed
ASK_AGAIN, DROP = "ask again", "drop it"
GRACE = timedelta(seconds=5)  # after its deadline, so that an answer given in time is stored before the check


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactAction:
    """An action to the letter: what runs when it is approved. It may hold secrets, and is stored encrypted."""

    command: str
    brand: str = ""
    instances: tuple[str, ...] = ()  # by name; a script has none
    instance_ids: tuple[str, ...] = ()  # of the same: an instance that took a removed one's name has another id
    args: Mapping[str, Json] = field(default_factory=dict)
    controls: Mapping[str, Json] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Return a digest that is equal for equal actions."""
        text = json.dumps(
            [self.command, self.brand, sorted(self.instances), sorted(self.instance_ids), dict(self.args)],
            sort_keys=True,
        )
        return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def with_args(self, changes: Mapping[str, Json]) -> "ExactAction":
        return replace(self, args={**self.args, **changes})


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """An approved action that may run once: who approved it, and what they saw of it."""

    exact: ExactAction
    approved: Approved
    shown: Mapping[str, Json] = field(default_factory=dict)
    key_suffix: str = ""  # of the idempotency key: other arguments are another action


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What people see of a request, and the sealed action."""

    shown: JsonObject  # command, instances, args, targets, why, asked_by, approvers, digest
    sealed: str

    @property
    def asked_by(self) -> str:
        return str(self.shown["asked_by"])

    @property
    def approvers(self) -> int:
        """Say how many people could approve when it was asked; 0 in a request of an earlier version."""
        return int(self.shown.get("approvers") or 0)

    @property
    def digest(self) -> str:
        return str(self.shown["digest"])

    @property
    def asker(self) -> str:
        """Name who asked, for a sentence."""
        return "The runtime" if self.asked_by.casefold() in NOBODY else self.asked_by

    @property
    def said(self) -> str:
        """Say what would be done, as it would be typed."""
        return said_of(self.shown["command"], self.shown["instances"], self.shown["args"])


def shown_of(exact: ExactAction, declared: Sequence[Argument], known: KnownHosts) -> JsonObject:
    """Return what people see of an action: no secrets, and its targets by name where the incident knows one."""
    secret = {argument.name for argument in declared if argument.secret}
    by_name = {argument.name: argument for argument in declared}
    args = {name: MASK if name in secret else value for name, value in exact.args.items()}
    targets = dict.fromkeys(known.said(piece) for piece in targets_of(Mask().tree(args), by_name))
    return {
        "command": exact.command,
        "instances": list(exact.instances),
        "args": Mask().tree(args),
        "targets": list(targets),
        "digest": exact.digest,
    }


def request_of(wait: Wait) -> Request:
    """Return the request that a task waits with."""
    return Request(shown=dict(wait.data["request"]), sealed=str(wait.data["sealed"]))


def waiting(request: Request, since: datetime, deadline: datetime) -> Wait:
    """Make the wait for a person's decision."""
    shown = request.shown
    targets = ", ".join(shown["targets"])
    question = (
        f"{request.asker} asks for approval of {request.said}"
        + (f" Targets: {targets}." if targets else "")
        + f" Approval is needed because {shown['why']}."
    )
    return Wait(
        kind=WaitKind.APPROVAL,
        since=since,
        wake_at=deadline + GRACE,
        deadline=deadline,
        data={"question": question, "options": [APPROVE, REJECT], "request": shown, "sealed": request.sealed},
    )


def expired(wait: Wait, since: datetime) -> Wait:
    """Make the open task that replaces a request that was not answered in time."""
    request = request_of(wait)
    question = (
        f"There was no answer in time whether {request.asker} may do {request.said} Nothing was done."
        f" Shall it be asked again, or dropped?"
    )
    data = {**wait.data, "question": question, "options": [ASK_AGAIN, DROP]}
    return Wait(kind=WaitKind.EXPIRED, since=since, data=data)


def said_of(command: str, instances: Json, args: Mapping[str, Json]) -> str:
    """Write an action as it would be typed, with where it would run; as JSON what no line can hold.

    >>> said_of("isolate", ["lab-1"], {"endpoint": ["A", "B"], "wait": "yes"})
    '`!isolate endpoint=["A", "B"] wait="yes"` on lab-1.'
    """
    line = typed_line(command, args, quoted=True)
    words = line or " ".join([f"!{command}", *(f"{name}={written(value)}" for name, value in args.items())])
    note = "" if line else " (values in JSON: no typed line can hold them)"
    on = f" on {', '.join(instances)}" if instances else ""
    return f"`{words}`{note}{on}."


def written(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)
