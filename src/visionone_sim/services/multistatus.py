"""Answers for many: one element for each element of the request, in its order, behind one status 207."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError
from pydantic.alias_generators import to_camel
from starlette.responses import JSONResponse

from visionone_sim.errors import BadRequestError, TaskDuplicationError, VendorError
from visionone_sim.services.access import base_url
from visionone_sim.tenant.keys import ApiKey
from visionone_sim.tenant.targets import Demand
from visionone_sim.tenant.tasks import Action
from visionone_sim.tenant.tenant import Tenant
from visionone_sim.wire import Json

Item = Mapping[str, Any]
Answer = dict[str, Json]
M = TypeVar("M", bound=BaseModel)

Name = Annotated[str, StringConstraints(max_length=256)]
LongText = Annotated[str, StringConstraints(max_length=2048)]


class ItemModel(BaseModel):
    """One element of a body; unknown fields are ignored."""

    model_config = ConfigDict(alias_generator=to_camel, strict=True)


def read_item(model: type[M], item: Item) -> M:
    """Read an element, or say which of its fields is wrong."""
    try:
        return model.model_validate(item)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "item"
        sentence = "is required" if first["type"] == "missing" else "does not have a valid format"
        raise BadRequestError(f"The field {name} {sentence}.", target=name) from error


def answer_each(request: Request, body: list[dict[str, Any]], act: Callable[[Item], Answer]) -> JSONResponse:
    """Process each element separately; a refusal is the answer to that element only."""
    return JSONResponse([_answer(request, item, act) for item in body], status_code=207)


def _answer(request: Request, item: Item, act: Callable[[Item], Answer]) -> Answer:
    fault = request.app.state.twin.faults.hit_item(request.method, request.url.path, item)
    if fault is not None:
        return {"status": fault.status or 500, "body": fault.envelope()}
    try:
        return act(item)
    except TaskDuplicationError as error:
        headers = task_location(request, error.running_task_id)
        return {"status": error.status, "headers": headers, "body": error.envelope()}
    except VendorError as error:
        return {"status": error.status, "body": error.envelope()}


def start_tasks(
    request: Request, body: list[dict[str, Any]], action: Action, demand: Callable[[Tenant, Item], Demand]
) -> JSONResponse:
    """Start a response task for each element."""
    tenant: Tenant = request.state.tenant
    key: ApiKey = request.state.key
    require_few(tenant, body)

    def start(item: Item) -> Answer:
        wish = demand(tenant, item)
        _require_short(tenant, wish.description)
        task = tenant.response.start(action, wish, account=key.name)
        return {"status": 202, "headers": task_location(request, task.id)}

    return answer_each(request, body, start)


def require_few(tenant: Tenant, body: list[dict[str, Any]]) -> None:
    most = tenant.settings.response_targets_max
    if len(body) > most:
        raise BadRequestError(f"The request names {len(body)} targets; {most} are allowed.")


def task_location(request: Request, task_id: str) -> list[Json]:
    return location("Operation-Location", f"{base_url(request)}/v3.0/response/tasks/{task_id}")


def location(name: str, url: str) -> list[Json]:
    """Return headers as an element of a 207 carries them."""
    return [{"name": name, "value": url}]


def _require_short(tenant: Tenant, description: str | None) -> None:
    longest = tenant.settings.description_max
    if len(description or "") > longest:
        raise BadRequestError(f"The description is longer than {longest} characters.", target="description")
