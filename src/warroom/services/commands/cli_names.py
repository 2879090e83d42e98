"""The names that fields of indicators may have."""

import re
from collections.abc import Collection, Iterator

_CLI_NAME = re.compile("[a-z][a-z0-9]+", re.ASCII)


class CliNames(Collection[str]):
    """Every name of the form of a field's cliName.

    Public playbooks name fields of packs that are not installed, since XSOAR's editor writes all that its server has.

    >>> [name in CLI_NAMES for name in ("malwarefamily", "using-brand")]
    [True, False]
    """

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and bool(_CLI_NAME.fullmatch(name))

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return True


CLI_NAMES = CliNames()
