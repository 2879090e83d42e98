"""An integration instance: one configuration of an integration."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from warroom.model.ids import InstanceId
from warroom.model.json import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationInstance:
    """One configuration of an integration; `secrets` are clear text in memory and encrypted at rest."""

    id: InstanceId
    name: str
    integration: str  # the integration's id, which is also the brand
    enabled: bool = True
    params: Mapping[str, Json] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    fetch: bool = False
    incident_type: str = ""
    classifier: str = ""
    mapper: str = ""
    mapper_out: str = ""
    local_origins: Mapping[str, bool] = field(default_factory=dict)  # of its settings: may content read from there?
