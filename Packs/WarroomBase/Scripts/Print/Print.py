import json

import demistomock as demisto
from CommonServerPython import *
from CommonServerUserPython import *


def main():
    value = demisto.args().get("value", "")
    text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
    demisto.results({"Type": EntryType.NOTE, "ContentsFormat": EntryFormat.TEXT, "Contents": text})


if __name__ in ("__main__", "__builtin__", "builtins"):
    main()
