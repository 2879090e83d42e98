"""Code's output besides its results: where it failed and what it printed, masked, bounded and printable."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from warroom.model.entry import Entry
from warroom.model.errors import HostError, WarroomError
from warroom.services.execution.call import Call
from warroom.services.execution.results import error_of
from warroom.services.ports.runner import Ran, Run
from warroom.services.secrecy.masking import Mask, secrets_in, without_named

LONGEST = 32_000  # characters that are kept of each text: its beginning and its end
CUT_ERROR = 8_000  # characters; a worker cuts a longer error there
ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)?|[@-Z\\-_])")  # colours and the like

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeOutput:
    """The output of one run; `error` is set when it ended with an exception or was cut off."""

    name: str = ""  # of the script or integration
    error: str = ""
    trace: str = ""
    log: str = ""
    size: int = 0  # bytes of the run's results without files


NO_OUTPUT = CodeOutput()


def output_of(run: Run, ran: Ran, mask: Mask, printed: str = "") -> CodeOutput:
    """Return the output of a run; `printed` is the output of the code that it called."""
    if not (ran.log or printed or ran.traceback or ran.error):
        return CodeOutput(name=run.name, size=ran.size)
    given = [run.params, run.args, run.integration_context, ran.integration_context]
    hidden = mask.also(text for value in given for text in secrets_in(value)).in_every_spelling()
    hidden = hidden.also(secrets_in(ran.results))  # these may be thousands, so only as they are
    return CodeOutput(
        name=run.name,
        error=_readable(hidden.cut_text(ran.error, at_end=len(ran.error) >= CUT_ERROR)),
        trace=_bounded(_readable(hidden.cut_text(ran.traceback))) if error_of(ran) else "",
        log=_log_of([*ran.log, printed], hidden),
        size=ran.size,
    )


def output_of_cut_off(call: Call, error: WarroomError, mask: Mask, printed: str) -> CodeOutput:
    """Return what is left of a run that did not end: the last words of its process."""
    last_words = getattr(error, "__notes__", ())
    failed = mask.text(str(error)) if isinstance(error, HostError) else ""
    return CodeOutput(name=call.name, error=failed, log=_log_of([*last_words, printed], mask.in_every_spelling()))


def with_output(entries: Sequence[Entry], output: CodeOutput) -> list[Entry]:
    """Put the output on the run's most important entry: its last error, else its last one."""
    made = list(entries)
    if made:
        errors = [place for place, entry in enumerate(made) if entry.is_error]
        place = errors[-1] if errors else len(made) - 1
        made[place] = replace(made[place], trace=output.trace if errors else "", log=output.log)
    return made


def passed_on(output: CodeOutput, printed: str) -> str:
    """Return what the outer run has printed, with the output of a run inside it."""
    said = [text for text in (output.log, output.trace) if text]
    return _bounded("\n".join([*filter(None, [printed]), f"{output.name}:", *said])) if said else printed


def tell(call: Call, instance: str, output: CodeOutput, *, has_entries: bool = False) -> None:
    """Write a failure to the log, and what was printed where no entry keeps it; never the arguments."""
    about = log.bind(
        command=call.name,
        code=output.name,
        instance=instance,
        incident=call.incident.id,
        plan=call.origin.plan,
        task=call.origin.task,
    )
    if output.error:
        about.warning("pack code failed", error=output.error, traceback=output.trace)
    elif output.trace:
        about.info("pack code caught an error and ended", traceback=output.trace)
    if output.log and not has_entries:
        about.debug("pack code printed", output=output.log)


def _log_of(parts: Sequence[str], hidden: Mask) -> str:
    text = hidden.cut_text("\n".join(parts))  # as it was printed: a secret may hold what is not readable
    return _bounded(without_named(hidden.text(_readable(text)))).strip("\n")


def _readable(text: str) -> str:
    r"""Drop what steers a terminal, and what is no text.

    >>> _readable("\x1b[31mred\x1b[0m\x07, half \ud800")
    'red, half �'
    """
    plain = ESCAPES.sub("", text)
    return "\n".join(line if line.isprintable() else "".join(map(_shown, line)) for line in plain.split("\n"))


def _shown(character: str) -> str:
    if character.isprintable() or character == "\t":
        return character
    return "\N{REPLACEMENT CHARACTER}" if "\ud800" <= character <= "\udfff" else ""


def _bounded(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    half = LONGEST // 2
    return f"{text[:half]}\n… {len(text) - LONGEST:,} characters are left out here …\n{text[-half:]}"
