import demistomock as demisto
from CommonServerPython import *
from CommonServerUserPython import *


def main():
    asked = {"id": demisto.args().get("taskID"), "cancel": "cancel"}
    demisto.results(demisto.executeCommand("scheduleEntry", asked))


if __name__ in ("__main__", "__builtin__", "builtins"):
    main()
