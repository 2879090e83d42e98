"""What response actions leave alone: endpoints that are excepted, traffic that isolation lets through."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SWITCHES = ("endpointActionException", "isolatedTrafficException")


@dataclass(slots=True)
class ResponseRules:
    """The rules of one tenant; an excepted endpoint refuses the action while the switch is on."""

    switches: dict[str, str] = field(default_factory=lambda: dict.fromkeys(SWITCHES, "disabled"))
    excepted: dict[str, list[str]] = field(default_factory=dict)
    """Agent GUIDs by action."""
    traffic: dict[str, list[Mapping[str, Any]]] = field(default_factory=lambda: {"inbound": [], "outbound": []})

    def excepts(self, action: str, agent_guid: str) -> bool:
        enabled = self.switches["endpointActionException"] == "enabled"
        return enabled and agent_guid in self.excepted.get(action, ())
