"""Records are read as they come, and become one download for what one removal removes."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discarr.arr.models import HealthItem, SystemStatus
from discarr.arr.parsing import queue_page
from discarr.model.download import Download, DownloadKey, Media, State
from tests.support.builders import NOW
from tests.support.records import GRABBED, Json, downloads, made_of, one, page, readable, record

FIXTURES = Path(__file__).parent / "fixtures"


def fixture(name: str) -> bytes:
    return (FIXTURES / f"{name}.json").read_bytes()


def fixture_records(name: str) -> list[Json]:
    answer = json.loads(fixture(name))
    records: list[Json] = answer if isinstance(answer, list) else answer["records"]
    return records


QUEUES = [*fixture_records("radarr_queue"), *fixture_records("sonarr_queue")]


def assert_whole(found: Iterable[Download]) -> None:
    """What every download promises, whatever it was made of."""
    found = tuple(found)
    assert len({download.key for download in found}) == len({download.queue_id for download in found}) == len(found)
    for download in found:
        assert download.queue_id > 0
        assert 0 <= download.remaining <= download.size
        assert download.fraction is None if download.size == 0 else 0 <= (download.fraction or 0) <= 1
        for moment in (download.done_at, download.grabbed_at):
            assert moment is None or moment.utcoffset() is not None


@pytest.mark.parametrize(("name", "count"), [("radarr_queue", 32), ("sonarr_queue", 20)])
def test_every_record_is_read_and_they_are_as_many_downloads_as_people_would_count(name: str, count: int) -> None:
    records = fixture_records(name)

    read = queue_page(fixture(name))
    found = made_of(read)

    assert (len(readable(read)), len(found)) == (len(records), count)
    assert {r["downloadId"] for r in records if "downloadId" in r} <= {download.key.id for download in found}
    assert_whole(found)


def test_the_decimals_of_sonarr_3_and_the_names_of_sonarr_5_mean_the_same() -> None:
    double, single, paused, delayed = downloads(*fixture_records("sonarr_v3_legacy"))

    assert (double.size, double.remaining, double.episodes) == (4467066880, 446706688, 2)
    assert double.done_at == datetime(2022, 7, 1, 12, 3, 12, 768608, tzinfo=UTC)
    assert (single.fraction, paused.state, delayed.pending) == (1.0, State.PAUSED, True)

    unknown, season, episode = downloads(*fixture_records("sonarr_v5_names"))

    assert (season.size, season.remaining, season.episodes) == (42949672960, 27917287424, 8)
    assert season.media == Media(series=5, episodes=tuple(range(101, 109)))
    assert (unknown.episodes, unknown.remaining, episode.episodes) == (0, 0, 1)
    assert one(record(timeLeft="1.01:32:01")).done_at == NOW + timedelta(days=1, hours=1, minutes=32, seconds=1)


NO_IDS: tuple[object, ...] = (None, 0, -1, "", "x", 1.5, [], {}, 2**63, 10**400, float("nan"), float("inf"))
NO_RECORDS: tuple[object, ...] = (
    *(None, 17, "a string", True, [], [{"id": 9}], {}, {"Id": 1}, {"ID": 1}, {"title": "A film without an id"}),
)


def test_a_record_without_a_usable_id_is_unreadable_and_the_others_are_not() -> None:
    unusable = [*NO_RECORDS, *({"id": id} for id in NO_IDS)]

    read = page({"id": 1}, *unusable, {"id": 2})

    assert len(read.records) == len(unusable) + 2
    assert [record.id for record in readable(read)] == [1, 2]


NAMES = sorted({name for each in QUEUES for name in each} - {"id"})
TEXTS = ("", " ", "0", "nothing", "1e5", "-1.00:00:00", "2026-07-01T12:00:00Z", "0001-01-01T00:00:00+14:00")
JUNK: tuple[object, ...] = (
    *(None, True, False, 0, -1, 1.5, 7, 1e308, -1e308, 2**31, 2**70, 10**400, float("inf"), float("-inf"), *TEXTS),
    *("9999-12-31T23:59:59-14:00", "x" * 500, "\u202e\u200b\0", [], [[]], [None], [0], ["a"], {}, {"name": []}),
    *({"quality": {"name": 5}}, [{"title": 3}]),
)


WITH_JUNK = st.tuples(
    st.sampled_from(QUEUES), st.dictionaries(st.sampled_from(NAMES), st.sampled_from(JUNK), max_size=5)
)


@given(st.lists(WITH_JUNK, max_size=20))
def test_no_junk_in_any_field_costs_a_record_or_a_promise(mixed: list[tuple[Json, Json]]) -> None:
    read = page(*({**record, **junk} for record, junk in mixed))

    assert len(readable(read)) == len(mixed)
    assert_whole(made_of(read))


NAN, INFINITE = float("nan"), float("inf")
NO_SIZES: tuple[object, ...] = (0, -1, None, ..., "big", [], NAN, INFINITE, -INFINITE, 2**63, 1e30)


@pytest.mark.parametrize(
    ("size", "left", "fraction"),
    [
        *((none, 5, None) for none in NO_SIZES),
        *((1000, unknown, None) for unknown in (NAN, "nan", "NaN", ...)),
        *((1000, none, 1) for none in (-5, 0, 0.4, -INFINITE)),
        *((1000, half, 0.5) for half in (500, "500")),
        *((1000, everything, 0) for everything in (1000, 1001, 1e300, INFINITE)),
    ],
)
def test_what_is_left_is_between_nothing_and_all_or_unknown(size: object, left: object, fraction: float | None) -> None:
    found = one(record(size=size, sizeleft=left))

    assert found.fraction == fraction
    assert fraction is not None or (found.size, found.remaining, found.progress.remaining) == (0, 0, None)


NO_TIME_LEFT: tuple[object, ...] = (
    *(..., None, "", "-00:00:03", "-1.02:03:04.5000000", "00:12", "12", "1:2:3", "soon", "1.2.00:00:00", "00:00:00."),
    *("10675199.02:48:05.4775807", "99999999.00:00:00", "٠٠:١٢:٣٤", "00:12:34\n00:12:34", 754, [], {"ticks": 1}),
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("00:00:00", 0), ("23:59:59", 86399), ("1.02:03:04", 93784), ("365.00:00:00", 31536000)]
    + [("00:47:13.4829374", 2833), ("2.00:00:00.0000001", 172800), (" 00:00:05 ", 5)]
    + [(no, None) for no in NO_TIME_LEFT],
)
def test_every_shape_of_time_left_leads_to_its_moment_or_none(text: object, seconds: int | None) -> None:
    assert one(record(timeleft=text)).done_at == (None if seconds is None else NOW + timedelta(seconds=seconds))


NO_MOMENTS: tuple[object, ...] = ("tomorrow", "", None, [], "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z")


@pytest.mark.parametrize(
    ("moment", "done_at", "grabbed_at"),
    [
        *((f"2026-07-01T{end}", NOW, NOW) for end in ("14:00:00+02:00", "12:00:00", "12:00:00.0000000Z")),
        *((end, None, None) for end in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00")),
        *((no, NOW + timedelta(seconds=600), None) for no in NO_MOMENTS),
    ],
)
def test_a_moment_is_in_utc_or_none_and_counts_before_the_time_left_since_it_stays_put(
    moment: object, done_at: datetime | None, grabbed_at: datetime | None
) -> None:
    found = one(record(timeleft="00:10:00", estimatedCompletionTime=moment, added=moment))

    assert (found.done_at, found.grabbed_at) == (done_at, grabbed_at)
    assert_whole([found])


PACK = fixture_records("records_of_a_pack")


@given(st.permutations(PACK))
def test_a_season_pack_is_one_download_in_whatever_order_its_records_come(records: list[Json]) -> None:
    (pack,) = downloads(*records)

    assert (pack.size, pack.remaining, pack.episodes) == (42_949_672_960, 27_917_287_424, 10)
    assert pack.media == Media(series=5, season=2, episodes=tuple(range(50201, 50211)))
    assert pack.queue_id == min(record["id"] for record in records)


PENDING: Json = GRABBED | {"title": "A.Season", "status": "delay", "size": 8, "sizeleft": 8, "seriesId": 5}


def test_the_records_of_a_pending_pack_are_one_download() -> None:
    (pack,) = downloads(*({**PENDING, "id": id, "episodeId": id} for id in (3, 1, 2)))

    assert (pack.queue_id, pack.media.episodes, pack.size, pack.pending) == (1, (1, 2, 3), 8, True)
    for other in {"title": "B"}, {"indexer": "J"}, {"added": "2026-07-01T11:00:01Z"}, {"downloadId": "HASH"}:
        assert len(downloads({**PENDING, "id": 1}, {**PENDING, "id": 2, **other})) == 2


def test_downloads_stand_in_the_order_in_which_they_first_appear_and_those_without_an_id_are_not_all_one() -> None:
    ids: Mapping[int, object] = {30: "B", 10: "A", 20: "B", 5: None, 6: None, 7: "", 8: [], 9: ...}
    records = (record(id=id, title="The same", status="delay", downloadId=key) for id, key in ids.items())

    assert [download.queue_id for download in downloads(*records)] == [20, 10, 5, 6, 7, 8, 9]


NO: tuple[object, ...] = (False, ..., None, [])
NO_TEXT: tuple[object, ...] = (..., None, ["a", "b"], "x" * 4001)
NO_QUALITY: tuple[object, ...] = (..., None, [], {}, "WEBDL-1080p", {"quality": None}, {"quality": {"name": None}})
WAITS: Json = {"downloadId": ..., "trackedDownloadState": ..., "status": "delay"}


@pytest.mark.parametrize(
    ("fields", "field", "value"),
    [
        ({"added": "2026-07-01T11:00:00Z"}, "grabbed_by_app", True),
        ({"indexer": "Indexer One"}, "grabbed_by_app", True),
        ({"added": None, "indexer": ""}, "grabbed_by_app", False),
        (WAITS, "grabbed_by_app", True),
        ({"customFormats": [], "customFormatScore": 0}, "parsed", True),
        *(({"customFormats": no, "customFormatScore": 0}, "parsed", False) for no in (..., None)),
        pytest.param({"customFormats": ...}, "parsed", True, id="Sonarr 3, which knows no custom formats"),
        *(({"downloadClientHasPostImportCategory": no}, "can_change_category", False) for no in NO),
        ({"downloadClientHasPostImportCategory": True}, "can_change_category", True),
        *(({name: ...}, "pending", False) for name in ("downloadId", "trackedDownloadState")),
        (WAITS, "pending", True),
        (dict.fromkeys(WAITS) | {"status": "downloadClientUnavailable"}, "pending", True),
        ({"status": "warning", "errorMessage": "x" * 5000}, "reasons", ("x" * 4000,)),
        ({"quality": {"quality": {"name": "WEBDL-1080p"}}}, "quality", "WEBDL-1080p"),
        *(({"quality": no}, "quality", "") for no in NO_QUALITY),
        *(({"title": no}, "release", "") for no in NO_TEXT),
        *(({"title": text}, "release", str(text)) for text in (42, "   ", "A NUL \0")),
        *(({"downloadId": text}, "key", DownloadKey("sonarr", str(text))) for text in (12345, "HASH")),
        *(({"downloadId": no}, "key", DownloadKey("sonarr", "pending:1")) for no in (*NO_TEXT, "")),
        *(({"id": text}, "queue_id", int(text)) for text in (1012, "1012", 1016.0, 99999999999)),
        *(({"movieId": number}, "media", Media(movie=17)) for number in (17, "17")),
        ({"movieId": None, "seriesId": 5, "seasonNumber": -1}, "media", Media(series=5, season=-1)),
        ({"movieId": ..., "episodeId": 7}, "media", Media(episodes=(7,))),
        ({"movieId": ..., "episodeIds": [9, 8]}, "media", Media(episodes=(8, 9))),
        ({"movieId": ..., "episodeId": 7, "episodeIds": [9, 7]}, "media", Media(episodes=(7, 9))),
    ],
)
def test_what_the_app_knows_of_a_download_and_can_do_with_it(fields: Json, field: str, value: object) -> None:
    assert getattr(one(record(**fields)), field) == value


def test_the_status_answers_name_their_app_but_for_those_of_before_2022() -> None:
    said = [SystemStatus.model_validate_json(fixture(f"{app}_status")) for app in ("radarr", "sonarr")]
    old = SystemStatus.model_validate_json(b'{"version": "3.0.6.1342", "startTime": "2021-05-01T10:00:00"}')

    assert [status.app_name for status in said] == ["Radarr", "Sonarr"]
    assert all(status.version and status.start_time for status in said)
    assert (old.app_name, old.version) == ("", "3.0.6.1342")
    assert old.start_time == datetime(2021, 5, 1, 10, tzinfo=UTC)


def test_of_health_nothing_is_kept_that_could_carry_a_key() -> None:
    health = [HealthItem.model_validate(item) for item in json.loads(fixture("health"))]

    assert ("DownloadClientCheck", "error") in [(item.source, item.type) for item in health]
    assert "apikey" in fixture("health").decode()
    assert "apikey" not in repr(health) and "http" not in repr(health)
