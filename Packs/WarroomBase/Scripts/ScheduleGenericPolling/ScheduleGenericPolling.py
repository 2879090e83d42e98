import re

import demistomock as demisto
from CommonServerPython import *
from CommonServerUserPython import *

# What GenericPollingScheduledTask is given as it is.
PASSED_ON = (
    "pollingCommand",
    "pollingCommandArgName",
    "playbookId",
    "tag",
    "additionalPollingCommandArgNames",
    "additionalPollingCommandArgValues",
)


def quoted(value):
    """Write a value in double quotes, as a command line reads it."""
    text = str(value)
    ending = len(text) - len(text.rstrip("\\"))
    return '"' + text.replace('"', '\\"') + "\\" * ending + '"'


def minutes(name):
    number = arg_to_number(demisto.args().get(name), name, required=True)
    if number <= 0:
        raise ValueError(f"{name} is {number}; give a number of minutes above 0.")
    return number


def check_path(path):
    """Find the IDs at the path; without its conditions, if all have ended already."""
    context = demisto.context()
    if demisto.dt(context, path):
        return
    if not demisto.dt(context, re.sub(r"\(.*\)", "", path)):
        raise ValueError(f"There are no IDs at {path}. Check the input dt.")
    demisto.results(f"No ID fulfils the condition of {path}: all have ended, or the condition is wrong.")


def command_line(interval, timeout):
    args = demisto.args()
    given = {name: args[name] for name in PASSED_ON if args.get(name)}
    given.update(ids=args.get("ids"), pendingIds=args.get("dt"), interval=interval, timeout=timeout)
    texts = {name: ",".join(map(str, value)) if isinstance(value, list) else value for name, value in given.items()}
    return "!GenericPollingScheduledTask " + " ".join(f"{name}={quoted(text)}" for name, text in texts.items())


def main():
    try:
        interval, timeout = minutes("interval"), minutes("timeout")
        check_path(demisto.args().get("dt"))
    except ValueError as error:
        return_error(str(error))
        return
    line = command_line(interval, timeout)
    asked = {"command": line, "cron": f"*/{min(interval, 59)} * * * *", "times": 1}
    answer = demisto.executeCommand("scheduleEntry", asked)
    if is_error(answer):
        return_error(get_error(answer))


if __name__ in ("__main__", "__builtin__", "builtins"):
    main()
