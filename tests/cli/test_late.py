import subprocess
import sys

import pytest

from warroom.cli.late import Late


def test_what_is_named_is_imported_when_it_is_asked_for() -> None:
    code = (
        "import sys; from warroom.cli.late import Late; late = Late('colorsys:rgb_to_hsv');"
        "before = 'colorsys' in sys.modules; late.get(); print(before, 'colorsys' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False True\n"


def test_a_name_that_a_module_lacks_is_told() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        Late[object]("stat:no_such_name").get()
