from dataclasses import replace

import pytest

from warroom.model.custody import Act, Custody, custody_from, custody_of
from warroom.model.entry import StoredFile
from warroom.model.ids import IncidentId
from warroom.testing.samples import an_entry

FILE = StoredFile(name="lsass.zip", size=8, md5="m", sha1="s", sha256="c0ffee")


@pytest.mark.parametrize("act", Act)
def test_an_act_comes_back_from_the_log_as_it_was(act: Act) -> None:
    custody = custody_of(an_entry(4, 7, file=FILE), act, door="API", address="10.0.0.1", reason="why")
    assert custody_from(custody.as_json(), IncidentId("7")) == custody
    assert (custody.entry, custody.incident, custody.sha256, custody.size) == ("4@7", "7", "c0ffee", 8)


def test_an_act_about_all_evidence_names_no_entry() -> None:
    custody = Custody(incident=IncidentId("7"), act=Act.RESTRICTED, reason="to ana")
    assert custody_from(custody.as_json(), IncidentId("7")) == custody
    assert custody_from({"change": "restricted"}, IncidentId("7")) == replace(custody, reason="")
