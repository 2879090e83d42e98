"""The playbook that is being checked: reports findings with the lines of its file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from warroom.content.catalogue import Catalogue
from warroom.content.lint.finding import SEVERITIES, Finding, Rule, Severity
from warroom.content.lint.language import Language
from warroom.content.playbook import Playbook, Task
from warroom.content.source import KeyPath
from warroom.content.yaml_source import read_yaml
from warroom.model.errors import Location


@dataclass(slots=True, kw_only=True)
class Subject:
    """What all checks share."""

    playbook: Playbook
    catalogue: Catalogue
    language: Language
    findings: list[Finding] = field(default_factory=list)
    _line_of: Callable[[KeyPath], int] | None = None

    def __post_init__(self) -> None:
        if self.playbook.text:
            self._line_of = read_yaml(self.playbook.text, self._file).line_of

    def report(self, rule: Rule, message: str, task: Task | None, *path: str | int, mild: bool = False) -> None:
        """Note a finding; `path` leads to the key, below the task or the playbook. `mild` makes it a warning."""
        self.findings.append(
            Finding(
                rule=rule,
                severity=Severity.WARNING if mild else SEVERITIES[rule],
                message=message,
                at=self._place(("tasks", task.id, *path) if task else path, task),
                playbook=self.playbook.id,
                task=task.id if task else "",
            )
        )

    def own_path(self, section: str, name: str, key: str) -> tuple[str | int, ...]:
        """Where in a list of the playbook (`inputs`) the entry of this name is."""
        entries = self.playbook.raw.get(section)
        for number, entry in enumerate(entries if isinstance(entries, list) else ()):
            if isinstance(entry, Mapping) and entry.get(key) == name:
                return section, number
        return (section,)

    @property
    def _file(self) -> Path:
        return self.playbook.at.path if self.playbook.at else Path(f"{self.playbook.id}.yml")

    def _place(self, path: KeyPath, task: Task | None) -> Location | None:
        if self._line_of is None:
            return (task and task.at) or self.playbook.at
        return Location(self._file, self._line_of(path))


def called(task: Task) -> str:
    """A task in a sentence.

    >>> from warroom.content.playbook import TaskKind
    >>> called(Task(id="5", kind=TaskKind.REGULAR, name="Isolate it"))
    'Task 5 (Isolate it)'
    """
    return f"Task {task.id} ({task.name})" if task.name else f"Task {task.id}"


def listed(names: object) -> str:
    """Names in a sentence.

    >>> listed(["a", "b"]), listed([])
    ('`a`, `b`', 'none')
    """
    assert isinstance(names, list | tuple | set | frozenset | dict)
    return ", ".join(f"`{name}`" for name in names) or "none"
