"""What every test gets: one profile for properties, failures at once, the promises, the cost, nothing left."""

import pytest
import structlog
from hypothesis import settings

from tests.cost import Cost
from tests.failures import FailuresAtOnce
from tests.forked import FORK_SERVER
from tests.leftovers import NothingLeft
from tests.promises import (  # noqa: F401  # pytest finds them here
    pytest_addoption,
    pytest_collection_modifyitems,
    pytest_terminal_summary,
)

# Two cores shared by parallel tests make single examples slow now and then; slowness is measured in bench/, not here.
settings.register_profile("warroom", deadline=None)
settings.register_profile("fast", deadline=None, max_examples=25)  # of a property, between two edits
settings.load_profile("warroom")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--fast"):
        settings.load_profile("fast")
    _log_plainly()
    config.pluginmanager.register(FailuresAtOnce(config))
    config.pluginmanager.register(NothingLeft())
    config.pluginmanager.register(FORK_SERVER)
    config.pluginmanager.register(Cost())


def _log_plainly() -> None:
    """Log tracebacks as servers do: with the local variables that structlog shows by itself, one takes a second."""
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plain])
