"""Cases: what people work on, with contents; several alerts may belong to one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias, get_args

from visionone_sim.errors import NotFoundError
from visionone_sim.etag import etag_of
from visionone_sim.wire import Json, wire_time

Priority: TypeAlias = Literal["P0", "P1", "P2", "P3"]
CaseStatus: TypeAlias = Literal["Open", "In-progress", "Closed"]
Finding: TypeAlias = Literal[
    "NoFindings", "Noteworthy", "TruePositive", "FalsePositive", "BenignTruePositive", "OtherFindings"
]
CASE_STATUSES: tuple[CaseStatus, ...] = get_args(CaseStatus)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseContent:
    id: str
    text: str
    created: datetime
    creator: str

    def wire(self) -> dict[str, Json]:
        return {
            "id": self.id,
            "content": self.text,
            "createdDateTime": wire_time(self.created),
            "creatorName": self.creator,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    id: str
    name: str
    priority: Priority
    status: CaseStatus
    ticket_alias: str
    ticket_id: str
    created: datetime
    updated: datetime
    findings: Finding = "NoFindings"
    holder: str = "Customer"
    items: tuple[str, ...] = ()
    contents: tuple[CaseContent, ...] = ()
    version: int = 1

    @property
    def etag(self) -> str:
        return etag_of(self.id, self.version)

    def wire(self) -> dict[str, Json]:
        return {
            "id": self.id,
            "name": self.name,
            "type": "workbench",
            "priority": self.priority,
            "status": self.status,
            "externalTicketAlias": self.ticket_alias,
            "externalTicketId": self.ticket_id,
            "findings": self.findings,
            "holder": self.holder,
            "associatedItemIds": list(self.items),
            "createdDateTime": wire_time(self.created),
            "updatedDateTime": wire_time(self.updated),
        }


class CaseBook(Mapping[str, Case]):
    """All cases by id, oldest first."""

    def __init__(self) -> None:
        self._cases: dict[str, Case] = {}

    def __getitem__(self, case_id: str) -> Case:
        return self._cases[case_id]

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._cases))

    def __len__(self) -> int:
        return len(self._cases)

    def next_id(self, now: datetime) -> str:
        return f"CL-{now:%Y%m%d}-{len(self._cases) + 1:05d}"

    def find(self, case_id: str) -> Case:
        case = self._cases.get(case_id)
        if case is None:
            raise NotFoundError("The case does not exist.")
        return case

    def open(self, case: Case) -> Case:
        self._cases[case.id] = case
        return case

    def change(self, case: Case, now: datetime) -> None:
        self._cases[case.id] = replace(case, updated=now, version=case.version + 1)
