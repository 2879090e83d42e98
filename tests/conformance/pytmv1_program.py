"""Calls every operation of pytmv1 on a twin; runs in an environment of its own, which has pytmv1 and nothing of ours.

Arguments: the twin's address and API key. Prints one line of JSON for each operation.
"""

import json
import logging
import sys

import pytmv1  # type: ignore[import-not-found]

from tests.conformance import pytmv1_actions, pytmv1_lists
from tests.conformance.pytmv1_world import STEPS, World

# The steps are played in the order in which these were read: the later ones build on the earlier.
PARTS = (pytmv1_actions, pytmv1_lists)

logging.disable(logging.CRITICAL)


def main() -> None:
    url, key = sys.argv[1:]
    world = World(pytmv1.init("conformance", key, url), url)
    for operation, function in STEPS.items():
        try:
            function(world)
        except Exception as error:  # noqa: BLE001  # whatever the library throws is a result
            result = f"{type(error).__name__}: {error}"
        else:
            result = "ok"
        print(json.dumps({"operation": operation, "result": result}), flush=True)  # noqa: T201  # its parent reads it


if __name__ == "__main__":
    main()
