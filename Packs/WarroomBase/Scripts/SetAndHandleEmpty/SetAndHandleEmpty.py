import json

import demistomock as demisto
from CommonServerPython import *
from CommonServerUserPython import *

EMPTY = (None, "", [], {})


def parse(value):
    """A list or an object that is written as JSON, as data; everything else as it is."""
    if isinstance(value, str) and value.strip()[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def as_text(value):
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def main():
    args = demisto.args()
    key, value = args["key"], parse(args.get("value"))
    if value in EMPTY and not argToBoolean(args.get("force", False)):
        demisto.results(f"Key {key} not set: the value is empty")
        return
    if argToBoolean(args.get("stringify", False)):
        value = as_text(args.get("value"))
    entry = {
        "Type": EntryType.NOTE,
        "ContentsFormat": EntryFormat.JSON,
        "Contents": value,
        "HumanReadable": f"Key {stringEscapeMD(key)} set",
    }
    if argToBoolean(args.get("append", False)):
        entry["EntryContext"] = {key: value}
    else:
        demisto.setContext(key, value)
    demisto.results(entry)


if __name__ in ("__main__", "__builtin__", "builtins"):
    main()
