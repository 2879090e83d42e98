"""Cases: what people work on, with contents and files; several alerts may belong to one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias

from visionone_sim.errors import BadRequestError, NotFoundError
from visionone_sim.etag import etag_of
from visionone_sim.wire import Json, wire_time

Priority: TypeAlias = Literal["P0", "P1", "P2", "P3"]
CaseStatus: TypeAlias = Literal["Open", "In-progress", "Closed"]
Finding: TypeAlias = Literal[
    "NoFindings", "Noteworthy", "TruePositive", "FalsePositive", "BenignTruePositive", "OtherFindings"
]


# How many files a content may point to.
ATTACHMENTS_MAX = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    id: str
    file_name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseContent:
    id: str
    comment: str
    created: datetime
    updated: datetime
    creator: str
    creator_id: str
    attachment_ids: tuple[str, ...] = ()
    version: int = 1

    @property
    def etag(self) -> str:
        return etag_of(self.id, self.version)

    def wire(self) -> dict[str, Json]:
        return {
            "id": self.id,
            "comment": self.comment,
            "attachmentIds": self.attachment_ids,
            "createdDateTime": wire_time(self.created),
            "updatedDateTime": wire_time(self.updated),
            "creatorId": self.creator_id,
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
    attachments: tuple[Attachment, ...] = ()
    version: int = 1

    @property
    def etag(self) -> str:
        return etag_of(self.id, self.version)

    def content(self, content_id: str) -> CaseContent:
        for content in self.contents:
            if content.id == content_id:
                return content
        raise NotFoundError("The case has no such content.")

    def attachment(self, attachment_id: str) -> Attachment:
        for attachment in self.attachments:
            if attachment.id == attachment_id:
                return attachment
        raise NotFoundError("The case has no such attachment.")

    def with_content(self, new: CaseContent) -> "Case":
        """Add a content, or change the one that is there; a file belongs to one content only."""
        others = [content for content in self.contents if content.id != new.id]
        free = {each.id for each in self.attachments} - {each for content in others for each in content.attachment_ids}
        if not free.issuperset(new.attachment_ids):
            raise BadRequestError(
                "attachmentIds names a file that the case does not have, or that another content has.",
                target="attachmentIds",
            )
        if len(others) == len(self.contents):
            return replace(self, contents=(*self.contents, new))
        return replace(self, contents=tuple(new if each.id == new.id else each for each in self.contents))

    def without_content(self, content_id: str) -> "Case":
        gone = self.content(content_id)
        return replace(self, contents=tuple(each for each in self.contents if each is not gone))

    def without_attachment(self, attachment_id: str) -> "Case":
        """Take a file away, also from the content that points to it."""
        gone = self.attachment(attachment_id)
        contents = tuple(
            replace(content, attachment_ids=tuple(each for each in content.attachment_ids if each != gone.id))
            for content in self.contents
        )
        left = tuple(each for each in self.attachments if each is not gone)
        return replace(self, contents=contents, attachments=left)

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
