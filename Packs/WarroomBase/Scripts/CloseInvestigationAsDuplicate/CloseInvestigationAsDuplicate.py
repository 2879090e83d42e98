import demistomock as demisto
from CommonServerPython import *
from CommonServerUserPython import *


def main():
    duplicate = demisto.investigation()["id"]
    original = demisto.args().get("duplicateId")
    demisto.results(
        demisto.executeCommand(
            "linkIncidents", {"incidentId": original, "linkedIncidentIDs": duplicate, "action": "duplicate"}
        )
    )


if __name__ in ("__main__", "__builtin__", "builtins"):
    main()
