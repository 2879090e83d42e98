"""What every test gets: one profile for properties, failures printed at once, and the promises taken down."""

from hypothesis import settings

from tests.failures import pytest_configure  # noqa: F401  # pytest finds it here
from tests.promises import (  # noqa: F401  # pytest finds them here
    pytest_addoption,
    pytest_collection_modifyitems,
    pytest_terminal_summary,
)

# Two cores shared by parallel tests make single examples slow now and then; slowness is measured in bench/, not here.
settings.register_profile("warroom", deadline=None)
settings.load_profile("warroom")
