"""What a response call names (demands) and what the task that it becomes acts on (targets)."""

from dataclasses import dataclass
from typing import TypeAlias

from visionone_sim.tenant.objects import ListedObject


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointDemand:
    """An endpoint as the client named it, and what to do there."""

    agent_guid: str | None = None
    endpoint_name: str | None = None
    description: str | None = None
    file_path: str | None = None
    file_name: str | None = None
    file_sha1: str | None = None
    process_id: int | None = None
    parameter: str | None = None
    statement: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectDemand:
    """Something to block everywhere, or no longer."""

    item: ListedObject
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDemand:
    """A message as the client named it: in one mailbox, in all that hold it, or this very copy."""

    message_id: str | None = None
    mail_box: str | None = None
    unique_id: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDemand:
    account_name: str
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerDemand:
    cluster_id: str
    workload_id: str
    description: str | None = None


Demand: TypeAlias = EndpointDemand | ObjectDemand | MessageDemand | AccountDemand | ContainerDemand


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointTarget:
    """What a task does on one endpoint; two tasks with the same action and target are duplicates."""

    agent_guid: str
    endpoint_name: str
    file_path: str | None = None
    file_name: str | None = None
    file_sha1: str | None = None
    process_id: int | None = None
    parameter: str | None = None
    statement: str | None = None


@dataclass(frozen=True, slots=True)
class ObjectTarget:
    item: ListedObject


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTarget:
    message_id: str | None
    mail_box: str | None
    unique_id: str | None


@dataclass(frozen=True, slots=True)
class AccountTarget:
    account_name: str


@dataclass(frozen=True, slots=True)
class ContainerTarget:
    cluster_id: str
    workload_id: str


Target: TypeAlias = EndpointTarget | ObjectTarget | MessageTarget | AccountTarget | ContainerTarget
