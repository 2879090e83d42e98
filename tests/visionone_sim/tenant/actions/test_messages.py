from datetime import UTC, datetime

import pytest

from visionone_sim.errors import BadRequestError
from visionone_sim.settings import Settings
from visionone_sim.tenant.actions.messages import DELETE_MESSAGE, MESSAGE_GONE, NOT_QUARANTINED, RESTORE_MESSAGE
from visionone_sim.tenant.mail import Message
from visionone_sim.tenant.targets import MessageDemand
from visionone_sim.tenant.tenant import Tenant


@pytest.fixture(autouse=True)
def message(tenant: Tenant) -> Message:
    made = Message(
        unique_id="u1",
        message_id="<1@x>",
        mail_box="a@y",
        subject="Hello",
        sender="b@x",
        recipients=("a@y",),
        sent=datetime(2031, 2, 3, tzinfo=UTC),
        organization_id="o",
    )
    tenant.mail.deliver(made)
    return made


def test_a_message_cannot_be_restored_from_where_it_is_not(tenant: Tenant) -> None:
    assert RESTORE_MESSAGE.plan(tenant, MessageDemand(unique_id="u1")).obstacle is NOT_QUARANTINED
    tenant.mail.mark("u1", "deleted")
    for rule in (RESTORE_MESSAGE, DELETE_MESSAGE):
        assert rule.plan(tenant, MessageDemand(unique_id="u1")).obstacle is MESSAGE_GONE


def test_a_message_is_named_in_one_way(tenant: Tenant) -> None:
    for demand in (MessageDemand(), MessageDemand(message_id="<1@x>", unique_id="u1")):
        with pytest.raises(BadRequestError):
            DELETE_MESSAGE.plan(tenant, demand)


def test_a_message_that_nobody_has_is_refused_or_fails(tenant: Tenant) -> None:
    with pytest.raises(BadRequestError, match="Target not found"):
        DELETE_MESSAGE.plan(tenant, MessageDemand(message_id="<2@x>"))
    tenant.settings = Settings(refuse_unknown_messages=False)
    assert DELETE_MESSAGE.plan(tenant, MessageDemand(message_id="<2@x>")).obstacle is MESSAGE_GONE
