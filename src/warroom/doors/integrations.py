"""Integrations, and the regions of Vision One."""

from collections.abc import Sequence
from dataclasses import dataclass

from warroom.content.integration import Integration, Param, ParamKind
from warroom.doors.answer import shaped
from warroom.doors.asked import Nothing
from warroom.doors.operation import reads
from warroom.model.errors import NotFoundError
from warroom.model.json import Json
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.people.access import Permission

VISION_ONE = "VisionOneResponse"
REGIONS = (
    ("United States", "https://api.xdr.trendmicro.com"),
    ("Australia", "https://api.au.xdr.trendmicro.com"),
    ("European Union", "https://api.eu.xdr.trendmicro.com"),
    ("India", "https://api.in.xdr.trendmicro.com"),
    ("Japan", "https://api.xdr.trendmicro.co.jp"),
    ("Middle East", "https://api.mea.xdr.trendmicro.com"),
    ("Singapore", "https://api.sg.xdr.trendmicro.com"),
    ("United Kingdom", "https://api.uk.xdr.trendmicro.com"),
    ("US Government", "https://api.usgov.xdr.trendmicro.com"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A setting of an instance, for a form."""

    name: str
    label: str
    kind: int
    required: bool
    default: Json
    options: Sequence[str]
    secret: bool
    hidden: bool
    user_name: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationShown:
    """An integration with the settings of its instances."""

    id: str
    name: str
    description: str
    help: str
    category: str
    can_fetch: bool
    commands: Sequence[str]
    params: Sequence[Setting]


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A region of Vision One, with the address of its API."""

    name: str
    url: str


def integrations_of(app: App) -> list[IntegrationShown]:
    """Return the installed integrations, by the names that they are shown under."""
    known = app.library.catalogue.integrations.values()
    return [_shown(item) for item in sorted(known, key=lambda item: item.display or item.name)]


def _shown(integration: Integration) -> IntegrationShown:
    return shaped(
        IntegrationShown,
        integration,
        name=integration.display or integration.name,
        help=integration.detailed_description,
        commands=sorted(integration.commands),
        params=[_setting(param) for param in integration.params],
    )


def _setting(param: Param) -> Setting:
    return shaped(
        Setting,
        param,
        label=param.display or param.name,
        default=param.default_value,
        options=list(param.options),
        secret=param.is_secret,
        user_name=param.kind == ParamKind.CREDENTIALS and not param.hidden_username,
    )


@reads("integration.list", Permission.SEE)
async def list_integrations(app: App, _asked: Nothing, _actor: Actor) -> list[IntegrationShown]:
    """List the integrations with the settings that an instance takes."""
    return integrations_of(app)


@reads("region.list", Permission.SEE, NotFoundError)
async def list_regions(app: App, _asked: Nothing, _actor: Actor) -> list[Region]:
    """List the regions of Vision One with the addresses of their APIs."""
    if app.library.catalogue.find_integration(VISION_ONE) is None:
        raise NotFoundError(f"The integration {VISION_ONE} is not installed. Install its pack.")
    return [Region(name=name, url=url) for name, url in REGIONS]
