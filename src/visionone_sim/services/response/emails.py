"""/response/emails: messages, in one mailbox or in all that hold them."""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from visionone_sim.services.access import ListBody
from visionone_sim.services.multistatus import Item, ItemModel, LongText, read_item, start_tasks
from visionone_sim.tenant.targets import MessageDemand
from visionone_sim.tenant.tasks import Action
from visionone_sim.tenant.tenant import Tenant

router = APIRouter(prefix="/response/emails", tags=["Response: email"])

ACTIONS: dict[str, Action] = {
    "quarantine": "quarantineMessage",
    "delete": "deleteMessage",
    "restore": "restoreMessage",
}


class _Message(ItemModel):
    message_id: LongText | None = None
    mail_box: LongText | None = None
    unique_id: LongText | None = None
    description: str | None = None


def _demand(_tenant: Tenant, item: Item) -> MessageDemand:
    return MessageDemand(**read_item(_Message, item).model_dump())


def _route(path: str, action: Action) -> None:
    @router.post(f"/{path}", name=f"{path}_messages", operation_id=action, status_code=207)
    async def act(request: Request, body: ListBody) -> JSONResponse:
        return start_tasks(request, body, action, _demand)


for _path, _action in ACTIONS.items():
    _route(_path, _action)
