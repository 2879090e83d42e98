"""Integrations and scripts as their files say them: what can be called, with what, and the code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from warroom.model.errors import Location
from warroom.model.json import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    name: str
    required: bool = False
    default: bool = False  # takes the bare value in `!command value`
    default_value: Json = None
    is_array: bool = False
    secret: bool = False
    predefined: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandOutput:
    context_path: str
    type: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command of an integration. `execution` is XSOAR's "potentially harmful": it changes something."""

    name: str
    description: str = ""
    arguments: tuple[Argument, ...] = ()
    outputs: tuple[CommandOutput, ...] = ()
    execution: bool = False
    polling: bool = False
    deprecated: bool = False
    timeout: int | None = None  # seconds


PYTHON = "python"
JAVASCRIPT = "javascript"
ON_ENDPOINT = "d2"  # the subtype of JavaScript that is made for XSOAR's agent on an endpoint


class Runs(IntEnum):
    """Whether code can run here."""

    NO = 0
    PERHAPS = 1  # Python 2, of which much runs unchanged
    YES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Program text; `language` is python, javascript or powershell, `subtype` python3, python2 or ON_ENDPOINT.

    Line n of it is line `at.line + n` of the file that `at` names. `file` is that file as a traceback names it.
    """

    text: str = field(repr=False)
    sha256: str
    language: str = "python"
    subtype: str = "python3"
    docker_image: str = ""
    at: Location | None = None
    file: str = ""

    @property
    def runs(self) -> Runs:
        if self.cannot_run:
            return Runs.NO
        return Runs.PERHAPS if self.subtype == "python2" and not self.is_for_both_pythons else Runs.YES

    @property
    def is_for_both_pythons(self) -> bool:
        """Whether the code asks which Python runs it: Palo Alto's CommonServerPython says Python 2 and runs on both."""
        return "sys.version_info" in self.text

    @property
    def cannot_run(self) -> str:
        """Say, of a script or command, why its code cannot run here; nothing when it can."""
        if self.language not in {PYTHON, JAVASCRIPT}:
            return f"is written in {self.language}; only Python and JavaScript can be run here"
        if self.subtype == ON_ENDPOINT:
            return "is made for XSOAR's agent on an endpoint (D2), which does not exist here"
        return ""


def image_name(docker_image: str) -> str:
    """Return the name of an image without its tag and digest.

    >>> image_name("demisto/pytmv1:0.11.0"), image_name("localhost:5000/x@sha256:0f")
    ('demisto/pytmv1', 'localhost:5000/x')
    """
    folder, slash, last = docker_image.partition("@")[0].rpartition("/")
    return folder + slash + last.partition(":")[0]


class ParamKind(IntEnum):
    """The kinds of settings that we treat in a way of their own, as XSOAR numbers them."""

    ENCRYPTED = 4
    BOOLEAN = 8
    CREDENTIALS = 9  # of two parts: the user name is no secret, the password is
    ENCRYPTED_TEXT = 14
    ONE_OF = 15


# All that XSOAR has, by its number: text, number, …; 2, 3, 5 to 7 and 10 are none.
PARAM_KINDS = frozenset({0, 1, 4, 8, 9, *range(11, 24)})
SECRET_KINDS = frozenset({ParamKind.ENCRYPTED, ParamKind.CREDENTIALS, ParamKind.ENCRYPTED_TEXT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """A setting of an instance; `kind` is XSOAR's number, which need not be one of those that have a name here."""

    name: str
    kind: int
    display: str = ""
    required: bool = False
    default_value: Json = None
    options: tuple[str, ...] = ()
    hidden: bool = False
    hidden_username: bool = False

    @property
    def is_secret(self) -> bool:
        return self.kind in SECRET_KINDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """What an instance can do; its id is the brand that `Brand|||command` names."""

    id: str
    name: str
    display: str = ""
    description: str = ""
    detailed_description: str = field(default="", repr=False)  # Markdown: how to set it up
    category: str = ""
    params: tuple[Param, ...] = ()
    commands: Mapping[str, Command] = field(default_factory=dict)
    code: Code
    can_fetch: bool = False
    classifier: str = ""
    mapper_in: str = ""
    mapper_out: str = ""
    mirrors_in: bool = False  # isremotesyncin
    mirrors_out: bool = False  # isremotesyncout
    timeout: int | None = None
    pack: str = ""
    at: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """An automation that is not in an integration."""

    id: str
    name: str
    comment: str = ""
    arguments: tuple[Argument, ...] = ()
    outputs: tuple[CommandOutput, ...] = ()
    code: Code
    tags: tuple[str, ...] = ()
    polling: bool = False
    timeout: int | None = None
    execution: bool = False
    pack: str = ""
    at: Location | None = None
