"""What a terminal shows while something takes long."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console

from warroom.cli.late import Late
from warroom.cli.printable import printable

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn

PROGRESS: "Late[type[Progress]]" = Late("rich.progress:Progress")
SPINNER: "Late[Callable[[], ProgressColumn]]" = Late("rich.progress:SpinnerColumn")
TEXT: "Late[Callable[..., ProgressColumn]]" = Late("rich.progress:TextColumn")
ELAPSED: "Late[Callable[[], ProgressColumn]]" = Late("rich.progress:TimeElapsedColumn")


@contextmanager
def under_way(what: str, *, is_quiet: bool = False, on: Console | None = None) -> Iterator[None]:
    """Show on a terminal that it is under way, and for how long; nothing where nobody looks, and nothing stays."""
    shown = on or Console(stderr=True)
    if is_quiet or not shown.is_terminal:
        yield
        return
    columns = (SPINNER.get()(), TEXT.get()("{task.description}", markup=False), ELAPSED.get()())
    with PROGRESS.get()(*columns, console=shown, transient=True) as progress:
        progress.add_task(printable(what), total=None)
        yield
