"""The answers of the apps as lenient pydantic models.

Radarr and Sonarr omit null properties, add words to their enums over time, and differ between versions in numbers and
spelling. So every field that Discarr can do without has a default for values that cannot be read.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AliasChoices, AliasPath, BaseModel, ConfigDict, Field, GetCoreSchemaHandler
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema, core_schema

MAX_RECORDS = 10_000
"""Records in one page: ten times as many as requested."""


@dataclass(frozen=True)
class Lenient:
    """An annotation: the value of a field that is missing or cannot be read. It costs no Python call."""

    value: Any

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_default_schema(handler(source), default=self.value, on_error="default")


def in_utc(moment: datetime) -> datetime:
    """Return the moment in UTC; one without a zone is taken as UTC. Raises ValueError outside of the calendar."""
    if moment.tzinfo is UTC:
        return moment
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError from error


LONGEST = 4000
"""Characters of a text. What is shown is remembered for long."""
Text = Annotated[Annotated[str, Field(max_length=LONGEST)], Lenient("")]
"""A name or a word: what is longer is none."""
Sentence = Annotated[Annotated[str, AfterValidator(lambda text: text[:LONGEST])], Lenient("")]
Number = Annotated[int | None, Lenient(None)]
Bytes = Annotated[float | None, Lenient(None)]
"""Sonarr 3 writes `4467066880.0`, so an int would lose the record."""
Space = Annotated[Annotated[float, Field(ge=0, lt=2**63)] | None, Lenient(None)]
"""Bytes of a disk."""
Timestamp = Annotated[datetime | None, Lenient(None)]
UtcTimestamp = Annotated[Annotated[datetime, AfterValidator(in_utc)] | None, Lenient(None)]


class Wire(BaseModel):
    """The base of all models: camel case names, unknown fields ignored, numbers accepted as strings."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, coerce_numbers_to_str=True)


class StatusMessage(Wire):
    """One entry of `statusMessages`. Sonarr 4.0.13 moved the text of some from `messages` to `title`."""

    title: Sentence = ""
    messages: Annotated[tuple[Sentence, ...], Lenient(())] = ()


class QueueRecord(Wire):
    """One entry of `GET /api/v3/queue`: the fields that the dashboard or a removal needs.

    Only a record without a usable `id` is unreadable.
    """

    id: Annotated[int, Field(gt=0, lt=2**63)]
    title: Text
    size: Bytes
    size_left: Annotated[Bytes, Field(validation_alias=AliasChoices("sizeleft", "sizeLeft"))]
    time_left: Annotated[Text, Field(validation_alias=AliasChoices("timeleft", "timeLeft"))]
    estimated_completion_time: Timestamp
    added: Timestamp
    status: Text
    tracked_download_status: Text
    tracked_download_state: Text
    status_messages: Annotated[tuple[Annotated[StatusMessage, Lenient(StatusMessage())], ...], Lenient(())]
    error_message: Sentence
    download_id: Text
    download_client: Text
    protocol: Text
    download_client_has_post_import_category: Annotated[bool, Lenient(False)]
    indexer: Text
    quality: Annotated[Text, Field(validation_alias=AliasPath("quality", "quality", "name"))]
    custom_formats: Annotated[bool | None, Lenient(True), Lenient(None)]
    """True if the record has a list of them; None if it has none."""
    custom_format_score: Number
    """None before Sonarr 4, which has no custom formats."""
    movie_id: Number
    series_id: Number
    season_number: Number
    episode_id: Number
    episode_ids: Annotated[tuple[int, ...], Lenient(())]
    """Sonarr 5 sends this instead of one record for each episode."""


class QueuePage(Wire):
    """One page of the queue. `records` is required: without it the answer is no queue."""

    page: Number = None
    total_records: Number = None
    records: Annotated[list[Annotated[QueueRecord | None, Lenient(None)]], Field(max_length=MAX_RECORDS)]
    """None for a record that cannot be read."""


class SystemStatus(Wire):
    """`GET /api/v3/system/status`. Before 2022 there was no `appName`."""

    app_name: Text = ""
    version: Text = ""
    start_time: UtcTimestamp = None


class HealthItem(Wire):
    """One entry of `GET /api/v3/health`. Its message is left out: it can contain the client's API key."""

    source: Text = ""
    type: Text = ""


class RootFolder(Wire):
    """One entry of `GET /api/v3/rootfolder`. Its list of unmapped folders is left out: it can have thousands."""

    path: Text = ""
    accessible: Annotated[bool, Lenient(True)] = True
    free_space: Space = None


class Disk(Wire):
    """One entry of `GET /api/v3/diskspace`: a mount."""

    path: Text = ""
    total_space: Space = None


class HistoryRecord(Wire):
    """One entry of `GET /api/v3/history`. Its `data` is left out: it contains keys and paths."""

    id: Annotated[int, Lenient(0)] = 0
    event_type: Text = ""
    download_id: Text = ""
    date: UtcTimestamp = None
    movie_id: Number = None
    episode_id: Number = None


class HistoryPage(Wire):
    """One page of the history."""

    records: list[Annotated[HistoryRecord, Lenient(HistoryRecord())]]


class Task(Wire):
    """One entry of `GET /api/v3/system/task`."""

    task_name: Text = ""
    last_start_time: UtcTimestamp = None
    """When its last completed run began (the app's clock); in year 1 if it never ran."""


class Command(Wire):
    """`POST /api/v3/command` and `GET /api/v3/command/{id}`."""

    id: int
    status: Text = ""

    @property
    def is_over(self) -> bool:
        """True unless it is still waiting or running, whether or not it succeeded."""
        return self.status not in ("queued", "started")


class Movie(Wire):
    """`GET /api/v3/movie/{id}`, and in manual imports the movie that the app matched a file to."""

    id: int
    title: Text = ""
    year: Number = None
    has_file: Annotated[bool | None, Lenient(None)] = None
    """Only old versions send it in manual imports, newer ones the id of the file."""
    movie_file_id: Number = None


class Series(Wire):
    """`GET /api/v3/series/{id}`, and in manual imports the series that the app matched a file to."""

    id: int
    title: Text = ""


class Episode(Wire):
    """One entry of `GET /api/v3/episode`, and in manual imports of the episodes that the app matched a file to."""

    id: int
    title: Text = ""
    season_number: int
    episode_number: int
    has_file: Annotated[bool | None, Lenient(None)] = None
    episode_file_id: Number = None
