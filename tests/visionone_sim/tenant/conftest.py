from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

import pytest

from visionone_sim.clock import ManualClock
from visionone_sim.tenant.contents import text_content
from visionone_sim.tenant.endpoints import Endpoint, EndpointFile
from visionone_sim.tenant.keys import ApiKey
from visionone_sim.tenant.tenant import Tenant

START = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)
DUMP = r"C:\Temp\lsass.DMP"


@pytest.fixture
def endpoint() -> Endpoint:
    return Endpoint(
        agent_guid="g1",
        name="FIN-LT-042",
        kind="desktop",
        os_name="Windows",
        os_version="10.0.22631",
        os_description="Windows 11",
        product_code="xes",
        installed_product_codes=("xes",),
        login_accounts=(r"FIN\mlopez",),
        macs=("02:00:5e:10:00:2a",),
        ips=("10.0.0.42",),
        policy_name="Laptops",
    ).with_file(EndpointFile(path=DUMP, content=text_content("dump")))


@pytest.fixture
def tenant(endpoint: Endpoint) -> Iterator[Tenant]:
    made = Tenant(clock=ManualClock(START), rng=Random(1), keys=(ApiKey(token="k"),))
    made.join(endpoint)
    yield made
    made.close()
