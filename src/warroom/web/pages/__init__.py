"""The console's pages: each module passes one page's data to its template and has its routes in `router`."""

import importlib
import pkgutil
from collections.abc import Iterator

from fastapi import APIRouter


def page_routers() -> Iterator[APIRouter]:
    """Yield the router of every page module, by the module's name."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        router = getattr(importlib.import_module(f"{__name__}.{module.name}"), "router", None)
        if isinstance(router, APIRouter):
            yield router
