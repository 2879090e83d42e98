import json

import demistomock as demisto
from CommonServerPython import *
from CommonServerUserPython import *


def main():
    message = demisto.args().get("message", "")
    return_error(message if isinstance(message, str) else json.dumps(message, ensure_ascii=False))


if __name__ in ("__main__", "__builtin__", "builtins"):
    main()
