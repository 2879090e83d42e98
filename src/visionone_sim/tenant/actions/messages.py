"""Actions on messages: each copy, in each mailbox, is a part of the task with a status of its own."""

from collections.abc import Callable
from dataclasses import dataclass

from visionone_sim.errors import BadRequestError
from visionone_sim.tenant.actions.rule import Plan, Rule
from visionone_sim.tenant.estate import Estate
from visionone_sim.tenant.mail import Message, MessageState
from visionone_sim.tenant.targets import MessageDemand, MessageTarget
from visionone_sim.tenant.tasks import Part, ResponseTask, TaskError

MESSAGE_GONE = TaskError(code="MessageNotFound", message="The message is no longer there.", number="4009410")
NOT_QUARANTINED = TaskError(code="MessageNotQuarantined", message="The message is not quarantined.", number="4009411")


@dataclass(frozen=True, slots=True)
class Move:
    """Where a message goes, and what keeps it from going there."""

    to: MessageState
    obstacles: dict[MessageState, TaskError]


QUARANTINE = Move("quarantined", {"deleted": MESSAGE_GONE})
DELETE = Move("deleted", {"deleted": MESSAGE_GONE})
RESTORE = Move("delivered", {"deleted": MESSAGE_GONE, "delivered": NOT_QUARANTINED})


def _planned(move: Move) -> Callable[[Estate, MessageDemand], Plan]:
    def plan(estate: Estate, demand: MessageDemand) -> Plan:
        copies = _copies(estate, demand)
        parts = tuple(
            Part(key=copy.unique_id, facts=_facts(copy), error=move.obstacles.get(copy.state)) for copy in copies
        )
        target = MessageTarget(
            message_id=demand.message_id, mail_box=demand.mail_box or None, unique_id=demand.unique_id
        )
        return Plan(target=target, parts=parts, obstacle=_obstacle(parts))

    return plan


def _copies(estate: Estate, demand: MessageDemand) -> list[Message]:
    if bool(demand.message_id) == bool(demand.unique_id):
        raise BadRequestError("One of the fields messageId and uniqueId is required.", target="messageId")
    if demand.message_id:
        found = estate.mail.copies(demand.message_id, demand.mail_box or None)
    else:
        found = [copy for copy in [estate.mail.get(demand.unique_id or "")] if copy is not None]
    if not found and estate.settings.refuse_unknown_messages:
        raise BadRequestError("Target not found.")
    return found


def _obstacle(parts: tuple[Part, ...]) -> TaskError | None:
    """Return why the whole task fails: not one of its parts can succeed."""
    if any(part.error is None for part in parts):
        return None
    return parts[0].error if parts else MESSAGE_GONE


def _facts(copy: Message) -> dict[str, str]:
    return {
        "messageId": copy.message_id,
        "mailBox": copy.mail_box,
        "messageSubject": copy.subject,
        "uniqueId": copy.unique_id,
        "organizationId": copy.organization_id,
    }


def _moved(move: Move) -> Callable[[Estate, ResponseTask], None]:
    def happen(estate: Estate, task: ResponseTask) -> None:
        for part in task.parts:
            if part.error is None:
                estate.mail.mark(part.key, move.to)

    return happen


QUARANTINE_MESSAGE = Rule(MessageDemand, _planned(QUARANTINE), _moved(QUARANTINE))
DELETE_MESSAGE = Rule(MessageDemand, _planned(DELETE), _moved(DELETE))
RESTORE_MESSAGE = Rule(MessageDemand, _planned(RESTORE), _moved(RESTORE))
