import demistomock as demisto
from CommonServerPython import *
from CommonServerUserPython import *


def main():
    given = {name: demisto.args().get(name) for name in ("command", "cron", "times", "endDate")}
    asked = {name: value for name, value in given.items() if value}
    demisto.results(demisto.executeCommand("scheduleEntry", asked))


if __name__ in ("__main__", "__builtin__", "builtins"):
    main()
