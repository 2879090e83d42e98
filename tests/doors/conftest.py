"""The data folder and the clients of the console's tests: what operations do is looked at there."""

from tests.web.conftest import app, clients

__all__ = ["app", "clients"]
