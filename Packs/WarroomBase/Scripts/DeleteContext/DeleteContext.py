import demistomock as demisto
from CommonServerPython import *
from CommonServerUserPython import *


def delete(**wanted):
    """Ask the platform, which knows in whose context the task works and walks its paths."""
    answer = demisto.executeCommand("delContext", wanted)
    if is_error(answer):
        raise DemistoException(get_error(answer))


def run(args):
    key, everything, kept = args.get("key"), argToBoolean(args.get("all") or False), args.get("keysToKeep")
    index = arg_to_number(args.get("index"), "index")
    if bool(key) == everything:
        raise DemistoException("Give the key to delete, or all=yes for every key; one of the two.")
    whose = {} if args.get("subplaybook") in (None, "", "auto") else {"subplaybook": args["subplaybook"]}
    if everything and kept:
        delete(all="yes", keysToKeep=kept, **whose)
        return f"Context cleared but for {', '.join(argToList(kept))}"
    if everything:
        delete(all="yes", **whose)
        return "Context cleared"
    if index is not None:
        delete(key=key, index=index, **whose)
        return f"Item {index} of context key {key} deleted"
    keys = argToList(key)
    for one in keys:
        delete(key=one, **whose)
    return f"Context key {', '.join(keys)} deleted"


def main():
    try:
        said = run(demisto.args())
    except (DemistoException, ValueError) as error:
        return_error(str(error))
    else:
        demisto.results(said)


if __name__ in ("__main__", "__builtin__", "builtins"):
    main()
