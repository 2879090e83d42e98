import demistomock as demisto
from CommonServerPython import *
from CommonServerUserPython import *


def main():
    demisto.results("no" if demisto.args().get("value") in (None, "", [], {}) else "yes")


if __name__ in ("__main__", "__builtin__", "builtins"):
    main()
