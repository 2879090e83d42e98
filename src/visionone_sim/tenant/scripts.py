"""Custom scripts: kept by id, run by name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from visionone_sim.errors import BadRequestError, NotFoundError

ScriptType: TypeAlias = Literal["powershell", "bash"]
ENDINGS: dict[str, ScriptType] = {".ps1": "powershell", ".sh": "bash"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    id: str
    file_name: str
    file_type: ScriptType
    text: str
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptFile:
    """A script as a client uploads it."""

    file_name: str
    file_type: str
    content: bytes
    description: str | None = None

    def checked(self, script_id: str) -> Script:
        """Return it as a script, or say what is wrong with it."""
        for ending, file_type in ENDINGS.items():
            if self.file_name.lower().endswith(ending) and self.file_type == file_type:
                return Script(
                    id=script_id,
                    file_name=self.file_name,
                    file_type=file_type,
                    text=self._text(),
                    description=self.description,
                )
        raise BadRequestError("fileType is powershell for a .ps1 file and bash for a .sh file.", target="fileType")

    def _text(self) -> str:
        try:
            return self.content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadRequestError("The script is not UTF-8 text.", target="file") from error


class ScriptShelf(Mapping[str, Script]):
    """All custom scripts by id."""

    def __init__(self) -> None:
        self._scripts: dict[str, Script] = {}

    def __getitem__(self, script_id: str) -> Script:
        return self._scripts[script_id]

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._scripts))

    def __len__(self) -> int:
        return len(self._scripts)

    def named(self, file_name: str) -> Script | None:
        return next((script for script in self.values() if script.file_name == file_name), None)

    def add(self, script: Script) -> Script:
        if self.named(script.file_name) is not None:
            raise BadRequestError(f"There is a script named {script.file_name!r} already.", target="file")
        self._scripts[script.id] = script
        return script

    def put(self, script: Script) -> None:
        """Add a script, or replace the one with its id; its name must be unique."""
        namesake = self.named(script.file_name)
        if namesake is not None and namesake.id != script.id:
            raise BadRequestError(f"The script {namesake.id!r} is named {script.file_name!r}.", target="fileName")
        self._scripts[script.id] = script

    def find(self, script_id: str) -> Script:
        script = self._scripts.get(script_id)
        if script is None:
            raise NotFoundError("The custom script does not exist.")
        return script

    def change(self, script_id: str, new: Script) -> None:
        old = self.find(script_id)
        self._scripts[script_id] = replace(new, description=new.description or old.description)

    def delete(self, script_id: str) -> None:
        del self._scripts[self.find(script_id).id]
