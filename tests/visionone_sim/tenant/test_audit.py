from dataclasses import replace
from datetime import UTC, datetime

from visionone_sim.tenant.audit import KEPT, AuditLog, AuditRecord

RECORD = AuditRecord(
    logged=datetime(2031, 2, 3, tzinfo=UTC), user="a", role="full", category="x", activity="y", successful=False
)


def test_a_record_says_whether_it_worked() -> None:
    assert RECORD.wire()["result"] == "Unsuccessful"
    assert replace(RECORD, successful=True).wire()["result"] == "Successful"


def test_the_oldest_records_go_first() -> None:
    log = AuditLog()
    for number in range(KEPT + 2):
        log.add(replace(RECORD, user=str(number)))
    assert next(iter(log)).user == "2"
