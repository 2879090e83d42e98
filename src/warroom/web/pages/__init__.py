"""The console's pages: each module gives one page's data to its template."""

from collections.abc import Sequence

from fastapi import APIRouter

PAGE_ROUTERS: Sequence[APIRouter] = ()
