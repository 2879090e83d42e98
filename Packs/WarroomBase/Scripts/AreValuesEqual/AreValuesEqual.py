import json

import demistomock as demisto
from CommonServerPython import *
from CommonServerUserPython import *


def comparable(value):
    """A value as text, so that the number 1 of the context equals the 1 that somebody typed."""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def main():
    args = demisto.args()
    demisto.results("yes" if comparable(args.get("left")) == comparable(args.get("right")) else "no")


if __name__ in ("__main__", "__builtin__", "builtins"):
    main()
