"""Progress on a terminal while something takes long."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

from rich.console import Console

from warroom.cli.lazy_import import LazyImport
from warroom.cli.printable import printable

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn

Tell: TypeAlias = Callable[[str], None]
PROGRESS: "LazyImport[type[Progress]]" = LazyImport("rich.progress:Progress")
SPINNER: "LazyImport[Callable[[], ProgressColumn]]" = LazyImport("rich.progress:SpinnerColumn")
TEXT: "LazyImport[Callable[..., ProgressColumn]]" = LazyImport("rich.progress:TextColumn")
ELAPSED: "LazyImport[Callable[[], ProgressColumn]]" = LazyImport("rich.progress:TimeElapsedColumn")


@contextmanager
def under_way(what: str, *, is_quiet: bool = False, on: Console | None = None) -> Iterator[Tell | None]:
    """Show on a terminal that it is under way, and for how long; prints nothing elsewhere, and is erased afterwards.

    Yields what shows another text in its place; None without a terminal.
    """
    shown = on or Console(stderr=True)
    if is_quiet or not shown.is_terminal:
        yield None
        return
    columns = (SPINNER.get()(), TEXT.get()("{task.description}", markup=False), ELAPSED.get()())
    with PROGRESS.get()(*columns, console=shown, transient=True) as progress:
        task = progress.add_task(printable(what), total=None)
        yield lambda text: progress.update(task, description=printable(text))
