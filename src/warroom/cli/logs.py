"""Log configuration: warnings and errors to standard error, unless `warroom serve` asks for more."""

import logging
import sys

import structlog


def quiet() -> None:
    _configure(logging.WARNING)


def talkative() -> None:
    _configure(logging.INFO)


def verbose() -> None:
    _configure(logging.DEBUG)


def _configure(level: int) -> None:
    # Libraries use logging: only their warnings are shown, at every level of ours.
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s", force=True)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # Not the default of tracebacks with local variables: those hold secrets.
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
