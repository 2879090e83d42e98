"""The parts of a tenant that actions change: time, randomness, rules, things and people."""

from dataclasses import dataclass, field
from random import Random

from visionone_sim.clock import Clock
from visionone_sim.settings import Settings
from visionone_sim.tenant.accounts import Directory
from visionone_sim.tenant.endpoints import Inventory
from visionone_sim.tenant.mail import MailStore
from visionone_sim.tenant.objects import ObjectLists
from visionone_sim.tenant.response_rules import ResponseRules
from visionone_sim.tenant.scripts import ScriptShelf


@dataclass(slots=True, kw_only=True)
class Estate:
    """Everything that response actions look at and change; times, ids and chance come in from outside."""

    clock: Clock
    rng: Random
    settings: Settings = field(default_factory=Settings)
    inventory: Inventory = field(default_factory=Inventory)
    objects: ObjectLists = field(default_factory=ObjectLists)
    mail: MailStore = field(default_factory=MailStore)
    directory: Directory = field(default_factory=Directory)
    scripts: ScriptShelf = field(default_factory=ScriptShelf)
    rules: ResponseRules = field(default_factory=ResponseRules)
