"""Messages to a webhook, over HTTP."""

from urllib.parse import urlsplit

import httpx

from warroom.model.json import JsonObject
from warroom.services.ports.notices import SendError, Sent

BEFORE_IT_WAS_ASKED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


async def send(to: str, body: JsonObject, message_id: str, seconds: float) -> None:
    """Post it; raises SendError, which says whether it may have been taken. A redirect is not followed."""
    host = urlsplit(to).hostname or ""
    try:
        async with httpx.AsyncClient(timeout=seconds, follow_redirects=False) as client:
            answer = await client.post(to, json=body, headers={"Idempotency-Key": message_id})
    except BEFORE_IT_WAS_ASKED as error:
        raise SendError(f"{host} cannot be reached ({type(error).__name__}).", Sent.WAITING) from error
    except httpx.InvalidURL as error:
        raise SendError(f"{to[:8]}… is no address ({error}).", Sent.REFUSED) from error
    except httpx.HTTPError as error:
        said = f"{host} did not answer ({type(error).__name__}), and it is not known whether it took the message."
        raise SendError(said, Sent.UNKNOWN) from error
    if answer.is_success:
        return
    said = f"{host} answers with HTTP {answer.status_code}."
    if answer.is_redirect:
        said += " It answers with a redirect, which is not followed: set the address that it leads to."
    is_for_now = answer.status_code == httpx.codes.TOO_MANY_REQUESTS or answer.is_server_error
    raise SendError(said, Sent.WAITING if is_for_now else Sent.REFUSED)
