from pathlib import Path
from textwrap import dedent

import pytest

from warroom.content.integration import Integration, Param
from warroom.content.read_integration import read_integration
from warroom.content.yaml_source import read_yaml
from warroom.model.errors import ContentError


def read(text: str) -> Integration:
    return read_integration(read_yaml(dedent(text).lstrip("\n"), Path("i.yml")))


ECHO = """
commonfields: {id: Echo, version: -1}
name: Echo
display: Echo Service
description: Says it.
detaileddescription: How to.
category: Utilities
configuration:
- {name: url, type: 0, display: URL, required: true, defaultvalue: https://x}
- {name: credentials, type: 9, display: '', hiddenusername: true}
- {name: secret, type: 4, hidden: true}
- {name: away, type: 15, hidden: [xsoar, xpanse], options: [yes, a]}
- {name: here, type: 0, hidden: [xpanse]}
script:
  type: python
  script: 'pass'
  isfetch: true
  isremotesyncin: true
  commands:
  - name: echo-say
defaultclassifier: C
defaultmapperin: M
defaultmapperout: O
"""


def test_an_integration_is_read_whole() -> None:
    integration = read(ECHO)
    assert (integration.id, integration.name, integration.display) == ("Echo", "Echo", "Echo Service")
    assert (integration.description, integration.detailed_description) == ("Says it.", "How to.")
    assert (integration.can_fetch, integration.classifier, integration.mapper_in) == (True, "C", "M")
    assert (integration.mapper_out, integration.mirrors_in, integration.mirrors_out) == ("O", True, False)
    assert set(integration.commands) == {"echo-say"}
    assert integration.code.text == "pass"
    assert integration.params == (
        Param(name="url", kind=0, display="URL", required=True, default_value="https://x"),
        Param(name="credentials", kind=9, hidden_username=True),
        Param(name="secret", kind=4, hidden=True),
        Param(name="away", kind=15, hidden=True, options=("yes", "a")),
        Param(name="here", kind=0),
    )
    assert [param.is_secret for param in integration.params] == [False, True, True, False, False]


def test_a_command_that_is_declared_twice_is_named_with_its_line() -> None:
    with pytest.raises(ContentError, match=r"i\.yml:6: The command `a` is declared twice; remove one of them\."):
        read(
            """
            name: Echo
            script:
              script: pass
              commands:
              - name: a
              - name: a
            """
        )


def test_an_integration_without_a_name_is_an_error() -> None:
    with pytest.raises(ContentError, match="An integration needs a value for `name`"):
        read("script: {script: pass}")
