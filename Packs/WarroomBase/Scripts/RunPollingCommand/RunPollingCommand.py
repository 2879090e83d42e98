import demistomock as demisto
from CommonServerPython import *
from CommonServerUserPython import *


def main():
    args = demisto.args()
    names, values = (
        argToList(args.get("additionalPollingCommandArgNames")),
        argToList(args.get("additionalPollingCommandArgValues")),
    )
    if len(names) != len(values):
        return_error(
            f"There are {len(names)} names of further arguments and {len(values)} values: {names} and {values}."
        )
        return
    given = {str(name).strip(): str(value).strip() for name, value in zip(names, values, strict=True)}
    given[args.get("pollingCommandArgName") or "ids"] = ",".join(map(str, argToList(args.get("ids"))))
    demisto.results(demisto.executeCommand(args.get("pollingCommand"), given))


if __name__ in ("__main__", "__builtin__", "builtins"):
    main()
