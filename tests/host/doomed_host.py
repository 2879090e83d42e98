"""A host of its own process: it prints the ids of a worker and of the worker's child, and waits to be killed."""

import asyncio
import sys
from pathlib import Path

from tests.host.lab import Lab
from warroom.host.runner import WarmRunner
from warroom.model.json import JsonObject

TEXT = """
import os, subprocess
child = subprocess.Popen(['sleep', '60'])
demisto.dt([os.getpid(), child.pid])
child.wait()
"""


def tell(args: JsonObject, _: Path) -> None:
    sys.stdout.write(f"{args['obj'][0]} {args['obj'][1]}\n")
    sys.stdout.flush()


async def main() -> None:
    lab = Lab(WarmRunner(Path(sys.argv[1])))
    lab.server.table["dt"] = tell
    await lab.ran(TEXT)


if __name__ == "__main__":
    asyncio.run(main())
