"""/healthcheck: says that the API is there and the key is good."""

from fastapi import APIRouter
from starlette.responses import JSONResponse

router = APIRouter(prefix="/healthcheck", tags=["Connectivity"])


@router.get("/connectivity")
async def check_connectivity() -> JSONResponse:
    return JSONResponse({"status": "available"})
