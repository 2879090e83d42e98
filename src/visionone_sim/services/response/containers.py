"""/response/containers: actions on workloads of a cluster."""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from visionone_sim.services.access import ListBody
from visionone_sim.services.multistatus import Item, ItemModel, Name, read_item, start_tasks
from visionone_sim.tenant.targets import ContainerDemand
from visionone_sim.tenant.tasks import Action
from visionone_sim.tenant.tenant import Tenant

router = APIRouter(prefix="/response/containers", tags=["Response: containers"])

ACTIONS: dict[str, Action] = {
    "isolate": "isolateContainer",
    "restore": "restoreContainer",
    "terminate": "terminateContainer",
}


class _Container(ItemModel):
    kubernetes_cluster_id: Name | None = None
    kubernetes_pod_id: Name | None = None
    amazon_ecs_cluster_id: Name | None = None
    amazon_ecs_task_id: Name | None = None
    description: str | None = None


def _demand(_tenant: Tenant, item: Item) -> ContainerDemand:
    named = read_item(_Container, item)
    return ContainerDemand(
        cluster_id=named.kubernetes_cluster_id or named.amazon_ecs_cluster_id or "",
        workload_id=named.kubernetes_pod_id or named.amazon_ecs_task_id or "",
        description=named.description,
    )


def _route(path: str, action: Action) -> None:
    @router.post(f"/{path}", name=f"{path}_containers", operation_id=action, status_code=207)
    async def act(request: Request, body: ListBody) -> JSONResponse:
        return start_tasks(request, body, action, _demand)


for _path, _action in ACTIONS.items():
    _route(_path, _action)
