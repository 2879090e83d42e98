"""Data pipelines of observed attack techniques: who is registered, and which package each detection becomes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias, get_args

from visionone_sim.errors import BadRequestError, NotFoundError
from visionone_sim.etag import etag_of
from visionone_sim.tenant.telemetry import Observation
from visionone_sim.wire import Json, wire_time

OatRisk: TypeAlias = Literal["info", "low", "medium", "high", "critical"]
OAT_RISKS: tuple[OatRisk, ...] = get_args(OatRisk)
DESCRIPTION_MAX = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    id: str
    risk_levels: tuple[str, ...]
    has_detail: bool
    registered: datetime
    description: str | None = None
    version: int = 1

    @property
    def etag(self) -> str:
        return etag_of(self.id, self.version)

    def carries(self, observation: Observation) -> bool:
        """Whether a detection has a risk level of the pipeline."""
        filters = observation.document["filters"]
        assert isinstance(filters, list)
        return any(each["riskLevel"] in self.risk_levels for each in filters)

    def package(self, observation: Observation) -> dict[str, Json]:
        """Write a detection for a package, without details where the pipeline wants none."""
        document = dict(observation.document)
        if not self.has_detail:
            document["detail"] = {"endpointGuid": "", "uuid": observation.uuid}
        return document

    def wire(self) -> dict[str, Json]:
        document: dict[str, Json] = {
            "id": self.id,
            "hasDetail": self.has_detail,
            "riskLevels": list(self.risk_levels),
            "registeredDateTime": wire_time(self.registered),
        }
        return document | ({"description": self.description} if self.description else {})


class PipelineBook(Mapping[str, Pipeline]):
    """All pipelines by id."""

    def __init__(self) -> None:
        self._pipelines: dict[str, Pipeline] = {}

    def __getitem__(self, pipeline_id: str) -> Pipeline:
        return self._pipelines[pipeline_id]

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._pipelines))

    def __len__(self) -> int:
        return len(self._pipelines)

    def find(self, pipeline_id: str) -> Pipeline:
        pipeline = self._pipelines.get(pipeline_id)
        if pipeline is None:
            raise NotFoundError("The data pipeline does not exist.")
        return pipeline

    def register(self, pipeline: Pipeline) -> Pipeline:
        self._pipelines[pipeline.id] = _checked(pipeline)
        return pipeline

    def change(self, pipeline: Pipeline) -> None:
        self._pipelines[pipeline.id] = replace(_checked(pipeline), version=pipeline.version + 1)

    def unregister(self, pipeline_id: str) -> None:
        del self._pipelines[self.find(pipeline_id).id]


def _checked(pipeline: Pipeline) -> Pipeline:
    if not pipeline.risk_levels or not set(pipeline.risk_levels) <= set(OAT_RISKS):
        raise BadRequestError(f"riskLevels holds one or more of {', '.join(OAT_RISKS)}.", target="riskLevels")
    if len(pipeline.description or "") > DESCRIPTION_MAX:
        raise BadRequestError(f"A description has {DESCRIPTION_MAX} characters at most.", target="description")
    return pipeline
