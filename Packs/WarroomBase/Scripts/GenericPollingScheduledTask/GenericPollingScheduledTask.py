import demistomock as demisto
from CommonServerPython import *
from CommonServerUserPython import *


def quoted(value):
    """Write a value in double quotes, as a command line reads it."""
    text = str(value)
    ending = len(text) - len(text.rstrip("\\"))
    return '"' + text.replace('"', '\\"') + "\\" * ending + '"'


def finish(args, answer):
    """Complete the task that waits."""
    asked = {"id": args.get("tag") or "polling", "input": answer}
    if args.get("playbookId"):
        asked["parentPlaybookID"] = args["playbookId"]
    return demisto.executeCommand("taskComplete", asked)


def own_context(args):
    """Name the private context of the sub-playbook that waits; nothing where it has none."""
    return f"subplaybook-{args['playbookId']}" if args.get("playbookId") else ""


def pending(args):
    path = ".".join(filter(None, [own_context(args), args.get("pendingIds")]))
    found = demisto.dt(demisto.context(), path)
    still = {str(one) for one in (found if isinstance(found, list) else [found])}
    return [one for one in dict.fromkeys(map(str, argToList(args.get("ids")))) if one in still]


def poll(args, ids):
    names, values = (
        argToList(args.get("additionalPollingCommandArgNames")),
        argToList(args.get("additionalPollingCommandArgValues")),
    )
    if len(names) != len(values):
        raise ValueError(f"there are {len(names)} names of further arguments and {len(values)} values")
    given = dict(zip(names, values, strict=True))
    given[args.get("pollingCommandArgName") or "ids"] = ",".join(ids)
    entries = demisto.executeCommand(args.get("pollingCommand"), given)
    where = own_context(args)
    for entry in entries if where else []:
        if isinstance(entry, dict) and entry.get("EntryContext"):
            entry["EntryContext"] = {f"{where}.{key}": value for key, value in entry["EntryContext"].items()}
    return entries


def poll_again(args):
    left = int(args.get("timeout")) - int(args.get("interval"))
    given = {**args, "timeout": left}
    texts = {name: ",".join(map(str, value)) if isinstance(value, list) else value for name, value in given.items()}
    line = " ".join(f"{name}={quoted(text)}" for name, text in texts.items() if text not in (None, ""))
    cron = f"*/{min(int(args.get('interval')), 59)} * * * *"
    asked = {"command": f"!GenericPollingScheduledTask {line}", "cron": cron, "times": 1}
    scheduled = demisto.executeCommand("scheduleEntry", asked)
    if is_error(scheduled):
        raise ValueError(get_error(scheduled))


def main():
    args = demisto.args()
    try:
        ids = pending(args) if int(args.get("timeout")) > 0 else []
        if not ids:
            demisto.results(finish(args, "YES"))
            return
        demisto.results(poll(args, ids))
        poll_again(args)
    except (TypeError, ValueError) as error:  # what is refused is one, too: the playbook must not wait for ever
        finish(args, "NO")
        return_error(f"The polling was ended: {error}")


if __name__ in ("__main__", "__builtin__", "builtins"):
    main()
