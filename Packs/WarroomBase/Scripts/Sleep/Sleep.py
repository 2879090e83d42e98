import math
import time

import demistomock as demisto
from CommonServerPython import *
from CommonServerUserPython import *

# A longer wait is a poll: the task waits without a worker, and survives a restart.
LONGEST_IN_A_WORKER = 30
SLICE = 0.5


def seconds_of(args):
    try:
        seconds = float(args.get("seconds"))
    except (TypeError, ValueError):
        seconds = -1
    if not 0 <= seconds < float("inf"):
        raise ValueError(f"Cannot sleep for {args.get('seconds')!r} seconds; give a number from 0 up.")
    return seconds


def sleep_here(seconds):
    """Wait in short slices, so that an end of the run is noticed soon."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(SLICE, left))  # noqa: TID251  # the wait is what was asked for


def called_by_a_script():
    """A poll is scheduled for tasks and for the War Room only: a script that asked would not wait at all."""
    context = getattr(demisto, "callingContext", {}).get("context") or {}
    return bool(context.get("CalledByScript"))


def main():
    try:
        seconds = seconds_of(demisto.args())
    except ValueError as error:
        return_error(str(error))
        return
    if is_scheduled_command_retry():
        demisto.results("Slept")
    elif seconds <= LONGEST_IN_A_WORKER or called_by_a_script():
        sleep_here(seconds)
        demisto.results(f"Slept for {seconds:g} seconds")
    else:
        later = ScheduledCommand("Sleep", math.ceil(seconds), {"seconds": "0"}, math.ceil(seconds) + 3600)
        return_results(CommandResults(readable_output=f"Sleeping for {seconds:g} seconds", scheduled_command=later))


if __name__ in ("__main__", "__builtin__", "builtins"):
    main()
