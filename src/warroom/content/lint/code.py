"""Checks of the code of scripts and integrations: whether it can run here, without running it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from warroom.content.catalogue import Catalogue
from warroom.content.imports import imports_of
from warroom.content.integration import ON_ENDPOINT, PARAM_KINDS, Code, Integration, Runs, Script, image_name
from warroom.content.lint.finding import SEVERITIES, Finding, Rule
from warroom.content.lint.language import Language
from warroom.content.pack import Pack
from warroom.model.errors import Location

# What the runtime itself gives to code.
GIVEN = frozenset({"CommonServerPython", "CommonServerUserPython", "demistomock"})
OF_PYTHON_2 = frozenset({
    *("BaseHTTPServer", "ConfigParser", "Cookie", "HTMLParser", "Queue", "SimpleHTTPServer", "StringIO", "Tkinter"),
    *("cPickle", "cStringIO", "commands", "cookielib", "htmlentitydefs", "httplib", "md5", "rfc822", "sets", "sha"),
    *("thread", "urllib2", "urlparse", "xmlrpclib"),
})  # fmt: skip
LANGUAGES = {"javascript": "JavaScript", "powershell": "PowerShell", "python": "Python"}
YAML = frozenset({".yml", ".yaml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Why code cannot run here, or may not, what to do about it, and in which line of the code, if in one."""

    rule: Rule
    why: str  # "is written in PowerShell, which cannot run here"
    advice: str
    line: int = 0
    is_certain: bool = True


def obstacles(code: Code, catalogue: Catalogue, language: Language) -> list[Obstacle]:
    """Return what keeps code from running here."""
    if code.runs is Runs.NO:
        name = LANGUAGES.get(code.language, code.language)
        is_elsewhere = code.subtype == ON_ENDPOINT
        why = code.cannot_run if is_elsewhere else f"is written in {name}, which cannot run here"
        return [Obstacle(rule=Rule.FOREIGN_LANGUAGE, why=why, advice="use another script, or write it in Python")]
    return list(_of_python(code, catalogue, language)) if code.language == "python" else []


def certain_obstacle(item: Script | Integration, catalogue: Catalogue, language: Language) -> Obstacle | None:
    """Return why an item cannot run here for sure, if it cannot."""
    return next((one for one in obstacles(item.code, catalogue, language) if one.is_certain), None)


def _of_python(code: Code, catalogue: Catalogue, language: Language) -> Iterator[Obstacle]:
    imports = imports_of(code.text)
    if imports.problem:
        is_old = code.runs is Runs.PERHAPS
        why = f"cannot be parsed as Python 3 ({imports.problem})" + (", since it is written for Python 2" * is_old)
        advice = "port it to Python 3" if is_old else "correct it"
        yield Obstacle(rule=Rule.SYNTAX_ERROR, why=why, advice=advice, line=imports.line)
        return
    if code.runs is Runs.PERHAPS:
        why = "is written for Python 2, and is run by Python 3"
        advice = "try it, and port what fails to Python 3"
        yield Obstacle(rule=Rule.OLD_PYTHON, why=why, advice=advice, is_certain=False)
    yield from _of_imports(code, imports.modules, catalogue, language)


def _of_imports(code: Code, modules: Mapping[str, int], catalogue: Catalogue, language: Language) -> Iterator[Obstacle]:
    lacking = [name for name in modules if not _is_there(name, code, catalogue, language)]
    if old := [name for name in lacking if name in OF_PYTHON_2]:
        why = f"imports {_listed(old)}, which only Python 2 has"
        yield Obstacle(rule=Rule.OLD_PYTHON, why=why, advice="port it to Python 3", line=modules[old[0]])
    if missing := [name for name in lacking if name not in OF_PYTHON_2]:
        image = f"; its file asks for the image {code.docker_image}" if code.docker_image else ""
        why = f"imports {_listed(missing)}, which cannot be imported here{image}"
        yield Obstacle(
            rule=Rule.MISSING_MODULE, why=why, advice=_to_install(missing, code, catalogue), line=modules[missing[0]]
        )


def _to_install(modules: Iterable[str], code: Code, catalogue: Catalogue) -> str:
    if not code.docker_image:
        return f"install {_listed(modules)} where warroom's workers run"
    if catalogue.modules_of(code.docker_image) is not None:
        return "add what the environment of its image lacks: warroom pack environments"
    return f"make its environment: warroom pack environments make {image_name(code.docker_image)}"


def _is_there(module: str, code: Code, catalogue: Catalogue, language: Language) -> bool:
    if module in GIVEN or module in catalogue.module_sources():
        return True
    brought = catalogue.modules_of(code.docker_image)
    return language.is_importable(module) if brought is None else module in brought


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def check_code(pack: Pack, catalogue: Catalogue, language: Language) -> list[Finding]:
    """Return what keeps a pack's scripts and integrations from running here, and parameters of unknown types."""
    return [
        *(finding for item in pack.scripts.values() for finding in _of_item(item, "script", catalogue, language)),
        *(finding for item in pack.integrations.values() for finding in _of_integration(item, catalogue, language)),
    ]


def _of_integration(item: Integration, catalogue: Catalogue, language: Language) -> Iterator[Finding]:
    yield from _of_item(item, "integration", catalogue, language)
    for param in item.params:
        if param.kind not in PARAM_KINDS:
            sentence = (
                f"The integration `{item.id}` has the parameter `{param.name}` of type {param.kind}, which XSOAR does "
                f"not have; give it one of {', '.join(map(str, sorted(PARAM_KINDS)))}."
            )
            yield _finding(Rule.UNKNOWN_PARAMETER_TYPE, sentence, item.at)


def _of_item(item: Script | Integration, kind: str, catalogue: Catalogue, language: Language) -> Iterator[Finding]:
    for one in obstacles(item.code, catalogue, language):
        sentence = f"The {kind} `{item.id}` {one.why}; {one.advice}."
        yield _finding(one.rule, sentence, _place(item.code, one.line) or item.at)


def _place(code: Code, line: int) -> Location | None:
    """Where a line of the code is; in a yml that quotes or folds it, only the file is known."""
    if code.at is None:
        return None
    is_known = line and (code.at.line or code.at.path.suffix not in YAML)
    return replace(code.at, line=code.at.line + line) if is_known else code.at


def _finding(rule: Rule, sentence: str, at: Location | None) -> Finding:
    return Finding(rule=rule, severity=SEVERITIES[rule], message=sentence, at=at)
