from datetime import timedelta

import pytest

from visionone_sim.errors import NotFoundError, TooManySubmissionsError
from visionone_sim.settings import Settings
from visionone_sim.tenant.sandbox import Sample
from visionone_sim.tenant.tasks import TaskError
from visionone_sim.tenant.tenant import Tenant
from visionone_sim.tenant.verdicts import MARK


def sample(content: bytes = MARK + b"high") -> Sample:
    return Sample(name="a.bin", content=content)


def test_a_submission_runs_until_its_end(tenant: Tenant) -> None:
    made = tenant.sandbox.submit_file(sample())
    assert made.status(tenant.clock.now()) == "running"
    assert made.status(tenant.clock.now() + timedelta(seconds=60)) == "succeeded"
    with pytest.raises(NotFoundError):
        tenant.sandbox.finished(made.id)
    tenant.clock.advance(60)
    assert tenant.sandbox.finished(made.id) == made


def test_a_submission_can_be_made_to_fail(tenant: Tenant) -> None:
    made = tenant.sandbox.submit_file(sample())
    tenant.sandbox.fail(made.id, TaskError(code="InternalServerError", message="Try again."))
    assert tenant.sandbox[made.id].status(tenant.clock.now()) == "failed"


def test_the_reserve_is_counted_by_day_and_kind(tenant: Tenant) -> None:
    tenant.settings = Settings(sandbox_reserve=2)
    tenant.sandbox.submit_file(sample())
    tenant.sandbox.submit_file(sample(b"GIF8"))
    tenant.sandbox.submit_url("https://a.example/")
    usage = tenant.sandbox.usage(tenant.clock.now().date())
    assert (usage.files, usage.urls, usage.exempt, usage.remaining) == (1, 1, 1, 0)
    with pytest.raises(TooManySubmissionsError):
        tenant.sandbox.submit_url("https://b.example/")
    tenant.clock.advance(86_400)
    tenant.sandbox.submit_url("https://b.example/")


def test_the_same_arguments_are_part_of_what_is_the_same(tenant: Tenant) -> None:
    tenant.sandbox.submit_file(sample())
    tenant.clock.advance(60)
    assert tenant.sandbox.submit_file(sample()).cached
    assert not tenant.sandbox.submit_file(Sample(name="a", content=sample().content, arguments="-x")).cached


def test_only_high_risk_has_objects(tenant: Tenant) -> None:
    bad, fine = tenant.sandbox.submit_file(sample()), tenant.sandbox.submit_url("https://fine.example/")
    assert tenant.sandbox.objects_of(bad) == [("fileSha1", bad.digest.sha1)]
    assert tenant.sandbox.objects_of(fine) == []


def test_what_is_known_of_a_domain_is_known_of_its_urls(tenant: Tenant) -> None:
    tenant.sandbox.know("Bad.example", "high")
    made = tenant.sandbox.submit_url("https://bad.example/x")
    assert tenant.sandbox.objects_of(made) == [("url", "https://bad.example/x"), ("domain", "bad.example")]
