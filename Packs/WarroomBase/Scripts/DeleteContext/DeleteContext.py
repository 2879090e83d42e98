import demistomock as demisto
from CommonServerPython import *
from CommonServerUserPython import *


def what_to_delete(args):
    """The arguments of the platform's own delContext, which knows in whose context the task works."""
    key, everything = args.get("key"), argToBoolean(args.get("all", False))
    if bool(key) == everything:
        raise ValueError("Give the key to delete, or all=yes for every key; one of the two.")
    wanted = {"key": key, "index": args.get("index"), "subplaybook": args.get("subplaybook")}
    if everything:
        wanted.update(all="yes", keysToKeep=",".join(argToList(args.get("keysToKeep"))))
    return assign_params(**wanted)


def main():
    try:
        wanted = what_to_delete(demisto.args())
    except ValueError as error:
        return_error(str(error))
        return
    answer = demisto.executeCommand("delContext", wanted)
    if is_error(answer):
        return_error(get_error(answer))
    demisto.results(f"Context key {wanted['key']} deleted" if "key" in wanted else "Context cleared")


if __name__ in ("__main__", "__builtin__", "builtins"):
    main()
