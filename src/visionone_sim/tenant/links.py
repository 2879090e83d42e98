"""Pre-signed links: each gives access until it expires."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from visionone_sim.errors import AccessDeniedError

DOWNLOADS = "/_files"


@dataclass(frozen=True, slots=True)
class LinkSigner:
    """Signs and checks links to one tenant's files."""

    secret: bytes

    def path(self, task_id: str, expires: datetime) -> str:
        """Return path and query of a link that works until a time."""
        moment = int(expires.timestamp())
        query = urlencode({"expires": moment, "sig": self._signature(task_id, moment)})
        return f"{DOWNLOADS}/{task_id}?{query}"

    def expiry(self, task_id: str, expires: str, signature: str) -> datetime:
        """Return when a link expires, or refuse one that this tenant did not make."""
        genuine = expires.isascii() and expires.isdecimal() and len(expires) < 12
        if not genuine or not self._is_signed(task_id, int(expires), signature):
            raise AccessDeniedError("The signature of the link is not valid.")
        return datetime.fromtimestamp(int(expires), UTC)

    def _is_signed(self, task_id: str, moment: int, signature: str) -> bool:
        return hmac.compare_digest(self._signature(task_id, moment).encode(), signature.encode())

    def _signature(self, task_id: str, moment: int) -> str:
        return hmac.new(self.secret, f"{task_id}:{moment}".encode(), hashlib.sha256).hexdigest()
