import demistomock as demisto
from CommonServerPython import *
from CommonServerUserPython import *

# Where the platform keeps what sub-playbooks that still run know.
PRIVATE = "subplaybook-"


def delete(**wanted):
    """Ask the platform, which knows in whose context the task works."""
    answer = demisto.executeCommand("delContext", wanted)
    if is_error(answer):
        raise DemistoException(get_error(answer))


def delete_item(key, index):
    """Delete one item of the list that the key holds."""
    items = demisto.get(demisto.context(), key)
    if not isinstance(items, list) or not 0 <= index < len(items):
        raise DemistoException(f"Context key {key} holds no item {index}; give a key with a list and a place in it.")
    demisto.setContext(key, items[:index] + items[index + 1 :])


def delete_others(kept):
    """Delete all but the kept keys, one by one, so that at no time anything is gone that should stay."""
    context = demisto.context()
    for key in [key for key in context if key not in kept and not key.startswith(PRIVATE)]:
        inside = [path.partition(".")[2] for path in kept if path.startswith(f"{key}.")]
        spared = {}
        for path in inside:
            keep_path(spared, context[key], path.split("."))
        if spared:
            demisto.setContext(key, spared)
        else:
            delete(key=key)


def keep_path(spared, data, path):
    """Copy what lies at the path of `data` to the same place of `spared`."""
    first, *rest = path
    if not isinstance(data, dict) or first not in data:
        return
    if not rest:
        spared[first] = data[first]
        return
    deeper = spared.get(first, {})
    keep_path(deeper, data[first], rest)
    if deeper:
        spared[first] = deeper


def run(args):
    key, everything, kept = args.get("key"), argToBoolean(args.get("all") or False), argToList(args.get("keysToKeep"))
    index = arg_to_number(args.get("index"), "index")
    if bool(key) == everything:
        raise DemistoException("Give the key to delete, or all=yes for every key; one of the two.")
    whose = {} if args.get("subplaybook") in (None, "", "auto") else {"subplaybook": args["subplaybook"]}
    if everything and kept:
        delete_others(kept)
        return f"Context cleared but for {', '.join(kept)}"
    if everything:
        delete(all="yes", **whose)
        return "Context cleared"
    if index is not None:
        delete_item(key, index)
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
