"""Modules that a library imports at its head, imported on first use."""

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from warroom.durable.deferred_import import deferred_import


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package `far` with a module `errors`, and `near`, which imports both at its head."""
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "__init__.py").write_text("NAME = 'far'\n")
    (tmp_path / "far" / "errors.py").write_text("class Lost(Exception): pass\n")
    (tmp_path / "near.py").write_text("import far\nfrom far import errors\n")
    (tmp_path / "hasty.py").write_text("import far\nNAME = far.NAME\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    for name in ("far", "far.errors", "near", "hasty"):
        sys.modules.pop(name, None)


def test_a_deferred_module_is_imported_when_it_is_used() -> None:
    with deferred_import("far", "far.errors"):
        near = import_module("near")
    assert "far" not in sys.modules
    assert near.errors.Lost.__name__ == "Lost"
    assert near.far.NAME == "far"
    assert near.errors.Lost is import_module("far.errors").Lost


def test_one_that_is_used_at_once_is_imported_at_once() -> None:
    with deferred_import("far", "far.errors"):
        hasty = import_module("hasty")
    assert hasty.NAME == "far"


def test_what_is_imported_already_stays() -> None:
    far = import_module("far")
    with deferred_import("far", "far.errors"):
        near = import_module("near")
    assert near.far is far
    assert sys.modules["far"] is far


def test_an_attribute_that_is_not_there_is_an_attribute_error() -> None:
    with deferred_import("far", "far.errors"):
        near = import_module("near")
    with pytest.raises(AttributeError, match="module 'far' has no attribute 'nothing'"):
        _ = near.far.nothing
