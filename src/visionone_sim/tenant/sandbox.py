"""The sandbox: what was submitted, how long it is looked at, what was found, and how much is left of the day."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias

from visionone_sim.errors import NotFoundError, TooManySubmissionsError
from visionone_sim.tenant.estate import Estate
from visionone_sim.tenant.ids import draw_uuid
from visionone_sim.tenant.objects import ListedObject, ObjectType, Suspicion
from visionone_sim.tenant.tasks import TaskError
from visionone_sim.tenant.verdicts import (
    SandboxRisk,
    UnreadableSampleError,
    Verdict,
    domain_of,
    judge_file,
    judge_url,
)

SubmissionStatus: TypeAlias = Literal["running", "succeeded", "failed"]
SampleType: TypeAlias = Literal["file", "url"]


@dataclass(frozen=True, slots=True)
class SampleDigest:
    md5: str
    sha1: str
    sha256: str

    @classmethod
    def of(cls, content: bytes) -> "SampleDigest":
        return cls(
            hashlib.md5(content, usedforsecurity=False).hexdigest(),
            hashlib.sha1(content, usedforsecurity=False).hexdigest(),
            hashlib.sha256(content).hexdigest(),
        )

    def wire(self) -> dict[str, str]:
        return {"md5": self.md5, "sha1": self.sha1, "sha256": self.sha256}


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A file or URL that was handed in; the verdict is known from the start and told at the end."""

    id: str
    type: SampleType
    name: str
    digest: SampleDigest
    created: datetime
    ends: datetime
    verdict: Verdict | None
    error: TaskError | None = None
    arguments: str | None = None
    cached: bool = False

    def status(self, now: datetime) -> SubmissionStatus:
        if now < self.ends:
            return "running"
        return "failed" if self.error else "succeeded"

    def last_action(self, now: datetime) -> datetime:
        return self.ends if now >= self.ends else self.created

    @property
    def counts(self) -> bool:
        """Say whether the submission is taken off the day's reserve; what cannot be analyzed is not."""
        return self.error is None or self.error.code != "Unsupported"


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of a day's reserve is used."""

    reserve: int
    files: int
    urls: int
    exempt_files: int
    exempt_urls: int

    @property
    def used(self) -> int:
        return self.files + self.urls

    @property
    def remaining(self) -> int:
        return max(self.reserve - self.used, 0)

    @property
    def exempt(self) -> int:
        return self.exempt_files + self.exempt_urls


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A file as the client submits it; the passwords are decoded already."""

    name: str
    content: bytes
    arguments: str | None = None
    archive_password: str | None = None
    document_password: str | None = None


class Sandbox(Mapping[str, Submission]):
    """All submissions by id, oldest first."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._submissions: dict[str, Submission] = {}
        self._unsettled: list[str] = []
        self._known: dict[str, SandboxRisk] = {}

    def __getitem__(self, submission_id: str) -> Submission:
        return self._submissions[submission_id]

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._submissions))

    def __len__(self) -> int:
        return len(self._submissions)

    def know(self, value: str, risk: SandboxRisk) -> None:
        """Decide what will be found in a sample: by its SHA-1 or SHA-256, its URL or its domain."""
        self._known[value.casefold()] = risk

    def submit_file(self, sample: Sample) -> Submission:
        self._require_reserve()
        digest = SampleDigest.of(sample.content)
        known = self._known.get(digest.sha256) or self._known.get(digest.sha1)
        try:
            verdict = judge_file(sample.content, known=known, archive_password=sample.archive_password)
        except UnreadableSampleError as error:
            refusal = TaskError(code="Unsupported", message=str(error))
            return self._add("file", sample.name, digest, None, error=refusal, arguments=sample.arguments)
        return self._add("file", sample.name, digest, verdict, arguments=sample.arguments)

    def submit_url(self, url: str) -> Submission:
        self._require_reserve()
        known = self._known.get(url.casefold()) or self._known.get((domain_of(url) or "").casefold())
        return self._add("url", url, SampleDigest.of(url.encode()), judge_url(url, known=known))

    def fail(self, submission_id: str, error: TaskError) -> Submission:
        """End a submission as failed, now."""
        failed = replace(self[submission_id], ends=self._estate.clock.now(), error=error, verdict=None)
        self._submissions[submission_id] = failed
        return failed

    def finished(self, submission_id: str) -> Submission:
        """Return a submission whose result is there."""
        found = self.get(submission_id)
        if found is None or found.status(self._estate.clock.now()) != "succeeded":
            raise NotFoundError("The analysis result does not exist.")
        return found

    def objects_of(self, submission: Submission) -> list[tuple[ObjectType, str]]:
        """Return what a high-risk sample makes suspicious: itself, and what it was seen to contact."""
        if submission.verdict is None or submission.verdict.risk != "high":
            return []
        if submission.type == "file":
            return [("fileSha1", submission.digest.sha1), *submission.verdict.contacts]
        domain = domain_of(submission.name)
        return [("url", submission.name), *([("domain", domain)] if domain and "." in domain else [])]  # type: ignore[list-item]

    def usage(self, day: date) -> Usage:
        """Return how much of a day's reserve is used."""
        made = [each for each in self.values() if each.created.date() == day]
        count = {
            (kind, counts): sum(each.type == kind and each.counts is counts for each in made)
            for kind in ("file", "url")
            for counts in (True, False)
        }
        return Usage(
            reserve=self._estate.settings.sandbox_reserve,
            files=count["file", True],
            urls=count["url", True],
            exempt_files=count["file", False],
            exempt_urls=count["url", False],
        )

    def settle(self) -> None:
        """Put the objects of finished high-risk samples on the suspicious list, where the tenant wants that."""
        now = self._estate.clock.now()
        due = [each for each in self._unsettled if self[each].ends <= now]
        for submission_id in due:
            self._unsettled.remove(submission_id)
            if self._estate.settings.sandbox_feeds_suspicious_list:
                self._feed(self[submission_id])

    def _feed(self, submission: Submission) -> None:
        settings = self._estate.settings
        for kind, value in self.objects_of(submission):
            item = ListedObject(kind, value)
            if not self._estate.objects.is_excepted(item):
                days = settings.sandbox_object_days
                self._estate.objects.suspect(Suspicion(item=item, days=days), submission.ends, settings)

    def _require_reserve(self) -> None:
        if self.usage(self._estate.clock.now().date()).remaining == 0:
            raise TooManySubmissionsError("The daily reserve of sandbox submissions is used up.")

    def _add(  # private; each is a field of the submission
        self,
        kind: SampleType,
        name: str,
        digest: SampleDigest,
        verdict: Verdict | None,
        *,
        error: TaskError | None = None,
        arguments: str | None = None,
    ) -> Submission:
        now = self._estate.clock.now()
        cached = any(
            each.digest == digest and each.status(now) == "succeeded" and each.arguments == arguments
            for each in self.values()
        )
        submission = Submission(
            id=draw_uuid(self._estate.rng),
            type=kind,
            name=name,
            digest=digest,
            created=now,
            ends=now + timedelta(seconds=0 if cached else self._estate.settings.sandbox_seconds),
            verdict=verdict,
            error=error,
            arguments=arguments,
            cached=cached,
        )
        self._submissions[submission.id] = submission
        self._unsettled.append(submission.id)
        return submission
