"""What the apps answer, as pydantic models that take what comes; the queue has a file of its own.

Radarr and Sonarr leave null properties out, add words to their enums over time and differ from
version to version in numbers and spelling. So a field of which the program can do without has a
default for whatever cannot be read.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema, core_schema


@dataclass(frozen=True)
class Lenient:
    """An annotation: what a field is when the wire's value cannot be read, or is not there. It costs no Python call."""

    value: Any

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_default_schema(handler(source), default=self.value, on_error="default")


Text = Annotated[str, Lenient("")]
Number = Annotated[int | None, Lenient(None)]
Bytes = Annotated[float | None, Lenient(None)]
"""Bytes. Sonarr 3 writes `4467066880.0`, so an int would lose the record."""
Timestamp = Annotated[datetime | None, Lenient(None)]


WIRE = ConfigDict(frozen=True, alias_generator=to_camel, coerce_numbers_to_str=True)
"""Camel case names, unknown fields ignored, numbers taken for words."""


class Wire(BaseModel):
    """What all models have in common."""

    model_config = WIRE


class SystemStatus(Wire):
    """`GET /api/v3/system/status`."""

    app_name: str
    version: Text = ""
    start_time: Timestamp = None


class HealthItem(Wire):
    """One entry of `GET /api/v3/health`. Its message is left out: it can carry the client's API key."""

    source: Text = ""
    type: Text = ""


class HistoryRecord(Wire):
    """One entry of `GET /api/v3/history`."""

    event_type: Text = ""
    download_id: Text = ""


class HistoryPage(Wire):
    """One page of the history."""

    records: list[Annotated[HistoryRecord, Lenient(HistoryRecord())]]


class Command(Wire):
    """`POST /api/v3/command` and `GET /api/v3/command/{id}`."""

    id: int
    status: Text = ""

    @property
    def is_over(self) -> bool:
        """Whatever came of it: only the two words for 'not yet' are waited for."""
        return self.status not in ("queued", "started")


class Movie(Wire):
    """`GET /api/v3/movie/{id}`."""

    title: str
    year: Number = None


class Series(Wire):
    """`GET /api/v3/series/{id}`."""

    title: str


class Episode(Wire):
    """`GET /api/v3/episode/{id}`."""

    title: Text = ""
    season_number: int
    episode_number: int
