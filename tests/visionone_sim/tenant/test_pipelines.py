from datetime import UTC, datetime

import pytest

from visionone_sim.errors import BadRequestError, NotFoundError
from visionone_sim.tenant.pipelines import Pipeline, PipelineBook
from visionone_sim.tenant.telemetry import Observation
from visionone_sim.wire import Json

NOW = datetime(2031, 2, 3, tzinfo=UTC)


def pipeline(*risks: str, has_detail: bool = True) -> Pipeline:
    return Pipeline(id="p", risk_levels=risks, has_detail=has_detail, registered=NOW)


def test_a_pipeline_carries_what_is_as_risky_as_was_asked_for() -> None:
    document: dict[str, Json] = {
        "uuid": "u",
        "filters": [{"riskLevel": "low"}, {"riskLevel": "high"}],
        "detail": {"a": 1},
    }
    seen = Observation(document=document, detected=NOW, ingested=NOW)
    assert pipeline("high").carries(seen)
    assert not pipeline("critical").carries(seen)
    assert pipeline("high").package(seen)["detail"] == {"a": 1}
    assert pipeline("high", has_detail=False).package(seen)["detail"] != {"a": 1}


def test_each_change_makes_another_etag() -> None:
    book = PipelineBook()
    first = book.register(pipeline("low"))
    book.change(first)
    assert book.find("p").etag != first.etag
    book.unregister("p")
    with pytest.raises(NotFoundError):
        book.find("p")
    with pytest.raises(BadRequestError):
        book.register(pipeline())
