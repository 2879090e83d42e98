"""The rule of the how-to is one that can be run as it stands there."""

import json
import re
from pathlib import Path

from tests.content.rules import a_rule
from warroom.content.catalogue import Catalogue
from warroom.content.load import load_packs
from warroom.content.preprocess_rule import RuleAction
from warroom.services.packs.linting import check_rules

ROOT = Path(__file__).parents[2]
HOWTO = ROOT / "docs/howto/pre-process-alerts.md"
PACKS = [ROOT / "Packs" / name for name in ("WarroomBase", "ApiModules", "VisionOneResponse")]


def test_the_rule_of_the_howto_has_no_findings() -> None:
    text = HOWTO.read_text(encoding="utf-8")
    found = re.search(r"```json\n(.+?)```", text, re.DOTALL)
    assert found
    rule = a_rule(**json.loads(found[1]))
    assert (rule.action, rule.enabled) == (RuleAction.LINK_AND_CLOSE, True)
    assert check_rules([rule], Catalogue(load_packs(PACKS))) == []


def test_every_action_has_a_row() -> None:
    text = HOWTO.read_text(encoding="utf-8")
    assert all(f"| `{action.value}` |" in text for action in RuleAction)
