"""Looks up what a name means: a built-in command, a script by id or name, else a command of integrations."""

from warroom.content.catalogue import Catalogue
from warroom.content.integration import Script
from warroom.content.likeness import close_names
from warroom.content.not_built import not_built
from warroom.content.shelf import headings
from warroom.model.errors import NotFoundError
from warroom.services.commands.declared import DECLARED
from warroom.services.commands.targets import BuiltinTarget, Resolved, ScriptTarget

BUILTIN_BRAND = "Builtin"


def look_up(catalogue: Catalogue, name: str, brand: str = "", using_brand: str = "") -> Resolved:
    """Look a name up; a brand means a command of that integration, "" anything of the name.

    `using_brand` chooses among the integrations that offer a command; a built-in command or a script has none.
    """
    if name in DECLARED and brand in {"", BUILTIN_BRAND}:
        return Resolved(name=name, here=BuiltinTarget(name=name))
    if not brand and (script := catalogue.find_script(name)):
        return _script(name, script)
    brand = using_brand or brand
    offers = catalogue.command_integrations(name, brand)
    if not offers:
        return Resolved(
            name=name,
            missing=_not_built(name, brand)
            or _close_ones(catalogue, name, brand)
            or _nobody_offers(catalogue, name, brand),
        )
    commands = [command for _, command in offers]
    return Resolved(
        name=name,
        offers=offers,
        secrets=frozenset(item.name for command in commands for item in command.arguments if item.secret),
        is_action=any(command.execution for command in commands),
        is_keyed=all(any(item.name == "idempotency_key" for item in command.arguments) for command in commands),
    )


def _script(name: str, script: Script) -> Resolved:
    return Resolved(
        name=name,
        here=ScriptTarget(script=script),
        secrets=frozenset(item.name for item in script.arguments if item.secret),
        is_action=script.execution,
    )


def _not_built(name: str, brand: str) -> str:
    return not_built(name) if brand in {"", BUILTIN_BRAND} else ""


def _close_ones(catalogue: Catalogue, name: str, brand: str) -> str:
    """Suggest similar names, scripts and built-in commands too; nothing where a command of a brand is meant."""
    if brand or catalogue.why_unreadable(name):
        return ""
    scripts = [script.name for script in headings(catalogue.scripts).values()]
    close = close_names(name, {*catalogue.commands(), *scripts, *DECLARED})
    named = ", ".join(f"`{one}`" for one in close)
    return f"There is no command or script `{name}`; did you mean {named}?" if close else ""


def _nobody_offers(catalogue: Catalogue, name: str, brand: str) -> str:
    try:
        catalogue.command(name, brand)
    except NotFoundError as error:
        return str(error)
    return ""
