import gc
import subprocess
import sys
from pathlib import Path

import pytest

from warroom.cli.lazy_import import LazyImport


def test_what_is_named_is_imported_when_it_is_asked_for() -> None:
    code = (
        "import sys; from warroom.cli.lazy_import import LazyImport; late = LazyImport('colorsys:rgb_to_hsv');"
        "before = 'colorsys' in sys.modules; late.get(); print(before, 'colorsys' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False True\n"


@pytest.mark.parametrize("is_on", [True, False])
def test_the_collector_rests_meanwhile_and_is_as_it_was_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_on: bool
) -> None:
    (tmp_path / "looks_at_the_collector.py").write_text("import gc\nIS_ON = gc.isenabled()\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "looks_at_the_collector", raising=False)
    (gc.enable if is_on else gc.disable)()
    try:
        assert LazyImport[bool]("looks_at_the_collector:IS_ON").get() is False
        with pytest.raises(ModuleNotFoundError):
            LazyImport[bool]("no_such_module:IS_ON").get()
        assert gc.isenabled() is is_on
    finally:
        gc.enable()


def test_a_name_that_a_module_lacks_is_told() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        LazyImport[object]("stat:no_such_name").get()


def test_what_is_not_needed_is_absent_only_meanwhile(tmp_path: Path) -> None:
    (tmp_path / "likes_colours.py").write_text(
        "try:\n    import colorsys\nexcept ImportError:\n    colorsys = None\nHAS = colorsys is not None\n",
        encoding="utf-8",
    )
    code = (
        "import sys; from warroom.cli.lazy_import import LazyImport; sys.path.insert(0, sys.argv[1]);"
        "print(LazyImport('likes_colours:HAS', without=('colorsys', 'json')).get()); import colorsys, json"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
