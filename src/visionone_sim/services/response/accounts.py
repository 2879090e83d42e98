"""/response/domainAccounts: accounts of people, in every directory that knows them."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import StringConstraints
from starlette.responses import JSONResponse

from visionone_sim.services.access import ListBody
from visionone_sim.services.multistatus import Item, ItemModel, read_item, start_tasks
from visionone_sim.tenant.targets import AccountDemand
from visionone_sim.tenant.tasks import Action
from visionone_sim.tenant.tenant import Tenant

router = APIRouter(prefix="/response/domainAccounts", tags=["Response: accounts"])

ACTIONS: dict[str, Action] = {
    "disable": "disableAccount",
    "enable": "enableAccount",
    "signOut": "forceSignOut",
    "resetPassword": "resetPassword",
}


class _Account(ItemModel):
    account_name: Annotated[str, StringConstraints(min_length=1, max_length=254)]
    description: str | None = None


def _demand(_tenant: Tenant, item: Item) -> AccountDemand:
    return AccountDemand(**read_item(_Account, item).model_dump())


def _route(path: str, action: Action) -> None:
    @router.post(f"/{path}", name=f"{path}_accounts", operation_id=action, status_code=207)
    async def act(request: Request, body: ListBody) -> JSONResponse:
        return start_tasks(request, body, action, _demand)


for _path, _action in ACTIONS.items():
    _route(_path, _action)
