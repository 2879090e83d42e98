"""Scripts, styles and icons under versioned addresses, so that a browser requests each once."""

from hashlib import sha256
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent / "static"
FOREVER = "public, max-age=31536000, immutable"
ASK_FIRST = "no-cache"


def fingerprint(folder: Path) -> str:
    """Return a digest that changes when any file of a folder does."""
    digest = sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder)}\0".encode())
        digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


VERSION = fingerprint(STATIC)
ROOT = f"/static/{VERSION}"  # scripts import each other by relative paths, so all of them are below it


class Assets(StaticFiles):
    """Serves the files: with their version, cacheable for good; without it, to be revalidated."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        version, _, rest = path.partition("/")
        is_versioned = version == VERSION
        answer = await super().get_response(rest if is_versioned else path, scope)
        answer.headers["Cache-Control"] = FOREVER if is_versioned else ASK_FIRST
        return answer
