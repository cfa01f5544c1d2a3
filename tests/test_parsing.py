"""Records are read as they come, and become one download for what one removal removes."""

import json
import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from discarr.arr.models import HealthItem, Movie, QueuePage, QueueRecord, SystemStatus
from discarr.arr.parsing import ReadContext, downloads_from, queue_page
from discarr.model.download import Download, DownloadKey, Media, State
from discarr.model.progress import Now
from tests.builders import SONARR

FIXTURES = Path(__file__).parent / "fixtures"
READ_AT = datetime(2026, 7, 1, 12, tzinfo=UTC)
QUEUES = (
    "radarr_queue.json",
    "sonarr_queue.json",
    "records_of_a_pack.json",
    "page_beyond_end.json",
    "empty.json",
    "sonarr_v3_legacy.json",
    "sonarr_v5_names.json",
)

Json = dict[str, Any]


def fixture(name: str) -> bytes:
    return (FIXTURES / name).read_bytes()


def fixture_records(name: str) -> list[Json]:
    answer = json.loads(fixture(name))
    records: list[Json] = answer if isinstance(answer, list) else answer["records"]
    return records


def page(*records: object) -> QueuePage:
    return queue_page(json.dumps({"records": records}).encode())


def readable(page: QueuePage) -> list[QueueRecord]:
    return [record for record in page.records if record is not None]


def made_of(page: QueuePage) -> tuple[Download, ...]:
    return tuple(downloads_from(readable(page), ReadContext(SONARR, Now(READ_AT, 0.0), 0.0, {})).values())


def downloads(*records: object) -> tuple[Download, ...]:
    return made_of(page(*records))


def one(**fields: object) -> Download:
    """The download of a record that downloads well, but for these fields; ... leaves a field out."""
    well: Json = {
        "movieId": 1,
        "size": 1000,
        "sizeleft": 500,
        "title": "A.Film.2024-EXAMPLE",
        "status": "downloading",
        "trackedDownloadStatus": "ok",
        "trackedDownloadState": "downloading",
        "statusMessages": [],
        "downloadId": "HASH",
        "protocol": "torrent",
        "customFormats": [],
        "id": 1,
    }
    record = {name: value for name, value in {**well, **fields}.items() if value is not ...}
    (download,) = downloads(record)
    return download


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


# Fixtures


@pytest.mark.parametrize("name", QUEUES)
def test_every_queue_answer_is_read_whole(name: str) -> None:
    records = fixture_records(name)

    read = queue_page(fixture(name))
    found = made_of(read)

    assert len(readable(read)) == len(records)
    assert {r["downloadId"] for r in records if "downloadId" in r} <= {download.key.id for download in found}
    assert_whole(found)


@pytest.mark.parametrize(("name", "count"), [("radarr_queue.json", 32), ("sonarr_queue.json", 20), ("empty.json", 0)])
def test_a_page_holds_as_many_downloads_as_people_would_count(name: str, count: int) -> None:
    assert len(made_of(queue_page(fixture(name)))) == count


def test_between_them_the_two_queues_are_in_every_state() -> None:
    found = [*downloads(*fixture_records("radarr_queue.json")), *downloads(*fixture_records("sonarr_queue.json"))]

    assert {download.state for download in found} == set(State)


def test_the_envelope_says_which_page_was_answered() -> None:
    read = queue_page(fixture("page_beyond_end.json"))

    assert (read.page, read.total_records) == (3, 31)


def test_the_decimals_of_sonarr_3_are_bytes_like_others() -> None:
    double, single, paused, delayed = downloads(*fixture_records("sonarr_v3_legacy.json"))

    assert (double.size, double.remaining, double.episodes) == (4467066880, 446706688, 2)
    assert double.done_at == datetime(2022, 7, 1, 12, 3, 12, 768608, tzinfo=UTC)
    assert (single.fraction, paused.state, delayed.pending) == (1.0, State.PAUSED, True)
    assert not single.can_change_category


def test_the_names_of_sonarr_5_mean_the_same() -> None:
    unknown, season, episode = downloads(*fixture_records("sonarr_v5_names.json"))

    assert (season.size, season.remaining, season.episodes) == (42949672960, 27917287424, 8)
    assert season.media == Media(series=5, episodes=tuple(range(101, 109)))
    assert (unknown.episodes, unknown.remaining, episode.episodes) == (0, 0, 1)


def test_the_time_left_of_sonarr_5_is_understood() -> None:
    assert one(timeLeft="1.01:32:01").done_at == READ_AT + timedelta(days=1, hours=1, minutes=32, seconds=1)


# Oddities

ODD = {download.queue_id: download for download in downloads(*fixture_records("oddities.json"))}


def test_a_record_that_cannot_be_read_costs_no_other_one() -> None:
    records = fixture_records("oddities.json")
    not_objects = [record for record in records if not isinstance(record, dict)]
    without_id = [r for r in records if isinstance(r, dict) and r.get("id", {}) in (None, "not a number", 0, -5, {})]

    read = queue_page(fixture("oddities.json"))

    assert len(read.records) == len(records)
    assert len(readable(read)) == len(records) - len(not_objects) - len(without_id)
    assert (len(not_objects), len(without_id)) == (6, 6)
    assert_whole(ODD.values())


@pytest.mark.parametrize(
    ("id", "field", "value"),
    [
        (1001, "media", Media()),
        (1001, "quality", "WEBDL-1080p"),
        (1001, "grabbed_at", None),
        (1002, "release", ""),
        (1002, "size", 0),
        (1002, "state", State.UNKNOWN),
        (1002, "fraction", None),
        (1003, "media", Media(movie=17)),
        (1003, "size", 4467066880),
        (1003, "remaining", 1000000000),
        (1004, "size", 4467066880),
        (1004, "remaining", 446706688),
        (1005, "size", 12),
        (1005, "remaining", 0),
        (1006, "state", State.UNKNOWN),
        (1007, "state", State.UNKNOWN),
        (1008, "state", State.DOWNLOADING),
        (1008, "fraction", 0.5),
        (1012, "release", "Odd.One.1012"),
        (1016, "release", "Odd.One.1016"),
        (99999999999, "release", "Odd.One.1017"),
        (1020, "release", ""),
        (1021, "release", "42"),
        (1022, "release", ""),
        (1024, "release", "   "),
        (1025, "size", 0),
        (1026, "size", 0),
        (1027, "size", 0),
        (1027, "remaining", 0),
        (1028, "size", 0),
        (1028, "remaining", 0),
        (1029, "remaining", 100),
        (1029, "fraction", 0.0),
        (1030, "size", 0),
        (1031, "size", 0),
        (1032, "done_at", None),
        (1033, "done_at", None),
        (1034, "done_at", None),
        (1035, "done_at", None),
        (1036, "done_at", None),
        (1038, "done_at", None),
        (1039, "done_at", None),
        (1040, "done_at", None),
        (1037, "done_at", READ_AT + timedelta(days=1)),
        (1090, "done_at", READ_AT),
        (1041, "done_at", None),
        (1044, "done_at", datetime(2026, 7, 1, 12, tzinfo=UTC)),
        (1045, "grabbed_at", datetime(2026, 7, 1, 12, tzinfo=UTC)),
        (1047, "grabbed_at", datetime(2026, 7, 1, 12, tzinfo=UTC)),
        (1046, "grabbed_at", datetime(2026, 7, 1, 12, 0, 0, 768608, tzinfo=UTC)),
        (1048, "grabbed_at", None),
        (1049, "state", State.DOWNLOADING),
        (1050, "state", State.DOWNLOADING),
        (1051, "reasons", ()),
        (1054, "reasons", ()),
        (1055, "quality", ""),
        (1056, "quality", ""),
        (1057, "quality", ""),
        (1058, "quality", ""),
        (1059, "quality", ""),
        (1060, "quality", ""),
        (1061, "state", State.DOWNLOADING),
        (1063, "parsed", True),
        (1065, "key", DownloadKey("sonarr", "pending:1065")),
        (1066, "key", DownloadKey("sonarr", "pending:1066")),
        (1067, "key", DownloadKey("sonarr", "12345")),
        (1065, "pending", False),
        (1066, "pending", False),
        (1075, "media", Media(series=5, season=-1)),
        (1077, "state", State.DOWNLOADING),
        (1078, "grabbed_by_app", False),
        (1079, "pending", False),
        (1080, "state", State.UNKNOWN),
        (1081, "state", State.IMPORT_WAITING),
        (1082, "state", State.DOWNLOADING),
        (1083, "release", "A NUL \0"),
    ],
)
def test_an_odd_field_is_read_as_well_as_it_can_be(id: int, field: str, value: object) -> None:
    assert getattr(ODD[id], field) == value


BAD_BODIES = (
    "records are null",
    "records are missing",
    "records are an object",
    "records are text",
    "null",
    "a string",
    "a number",
    "an empty object",
    "an error with 200",
)


@pytest.mark.parametrize("odd", json.loads(fixture("odd_pages.json")), ids=lambda odd: str(odd["name"]))
def test_an_answer_is_a_queue_if_it_has_records_whatever_else_is_odd(odd: Json) -> None:
    body = json.dumps(odd["body"]).encode()

    if odd["name"] in BAD_BODIES:
        with pytest.raises(ValidationError):
            queue_page(body)
    else:
        records = odd["body"] if isinstance(odd["body"], list) else odd["body"]["records"]
        assert len(readable(queue_page(body))) == len(records)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  ",
        b"<!doctype html><html></html>",
        b"{",
        b'{"records": [',
        b'{"records": [{"id": 1}',
        b"[",
        b'[{"id": 1},',
        b'[{"id": 1}',
        b"\xff\xfe",
        b"records",
        b'{"records": [{"id": 1}]} and more',
    ],
)
def test_what_is_no_json_or_cut_off_is_no_queue(body: bytes) -> None:
    with pytest.raises(ValidationError):
        queue_page(body)


@pytest.mark.parametrize("space", [b"", b"  ", b"\r\n\t "])
def test_the_bare_list_of_queue_details_is_a_queue(space: bytes) -> None:
    read = queue_page(space + b'[{"id": 1}, {"id": 2}, "no", {"id": 3}]')

    assert [record.id for record in readable(read)] == [1, 2, 3]


@pytest.mark.parametrize(
    "record",
    [
        None,
        17,
        "a string",
        True,
        [],
        [{"id": 9}],
        {},
        {"id": None},
        {"id": 0},
        {"id": -1},
        {"id": ""},
        {"id": "x"},
        {"id": 1.5},
        {"id": []},
        {"id": {}},
        {"id": 2**63},
        {"id": 10**400},
        {"id": float("nan")},
        {"id": float("inf")},
        {"Id": 1},
        {"ID": 1},
        {"title": "A film without an id"},
    ],
)
def test_a_record_without_a_usable_id_is_unreadable_and_the_others_are_not(record: object) -> None:
    read = page({"id": 1}, record, {"id": 2})

    assert len(read.records) == 3
    assert [record.id for record in readable(read)] == [1, 2]


JUNK: tuple[object, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    7,
    1e308,
    -1e308,
    2**31,
    2**70,
    10**400,
    float("inf"),
    float("-inf"),
    "",
    " ",
    "0",
    "nothing",
    "1e5",
    "-1.00:00:00",
    "2026-07-01T12:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "x" * 500,
    "\u202e\u200b\0",
    [],
    [[]],
    [None],
    [0],
    ["a"],
    {},
    {"name": []},
    {"quality": {"name": 5}},
    [{"title": 3}],
)


def test_no_junk_in_any_field_costs_a_record_or_a_promise() -> None:
    chance = random.Random(20260701)
    records = [*fixture_records("radarr_queue.json"), *fixture_records("sonarr_queue.json")]
    names = sorted({name for record in records for name in record} - {"id"})
    for _ in range(150):
        mixed = [
            {**record, **{name: chance.choice(JUNK) for name in chance.sample(names, 3)}}
            for record in chance.sample(records, 20)
        ]

        read = page(*mixed)

        assert len(readable(read)) == len(mixed)
        assert_whole(made_of(read))


@pytest.mark.parametrize("size", [0, -1, None, ..., "big", [], float("nan"), float("inf"), float("-inf"), 2**63, 1e30])
def test_a_size_that_is_none_is_unknown(size: object) -> None:
    found = one(size=size, sizeleft=5)

    assert (found.size, found.remaining, found.fraction, found.progress.remaining) == (0, 0, None, None)


@pytest.mark.parametrize(
    ("left", "read"),
    [
        (-5, 0),
        (0, 0),
        (0.4, 0),
        (500, 500),
        (1000, 1000),
        (1001, 1000),
        (1e300, 1000),
        ("500", 500),
        (float("inf"), 1000),
        (float("-inf"), 0),
    ],
)
def test_what_is_left_lies_between_nothing_and_all(left: object, read: int) -> None:
    assert one(size=1000, sizeleft=left).remaining == read


@pytest.mark.parametrize("left", [float("nan"), "nan", "NaN"])
def test_a_left_size_that_is_no_number_never_costs_the_queue(left: object) -> None:
    found = one(size=1000, sizeleft=left)

    assert 0 <= found.remaining <= found.size


def test_a_left_size_that_is_absent_is_not_taken_for_nothing_left() -> None:
    assert one(size=1000, sizeleft=...).fraction is None


# Time


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("00:00:00", 0),
        ("00:12:34", 754),
        ("23:59:59", 86399),
        ("1.00:00:00", 86400),
        ("1.02:03:04", 93784),
        ("3.04:05:06", 273906),
        ("365.00:00:00", 31536000),
        ("00:47:13.4829374", 2833),
        ("2.00:00:00.0000001", 172800),
        (" 00:00:05 ", 5),
    ],
)
def test_every_shape_of_time_left_leads_to_its_moment(text: str, seconds: int) -> None:
    assert one(timeleft=text).done_at == READ_AT + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    [
        ...,
        None,
        "",
        "-00:00:03",
        "-1.02:03:04.5000000",
        "00:12",
        "12",
        "1:2:3",
        "soon",
        "1.2.00:00:00",
        "00:00:00.",
        "10675199.02:48:05.4775807",
        "99999999.00:00:00",
        "٠٠:١٢:٣٤",
        "00:12:34\n00:12:34",
        754,
        [],
        {"ticks": 1},
    ],
)
def test_no_time_left_or_one_that_makes_no_sense_leads_to_none(text: object) -> None:
    assert one(timeleft=text).done_at is None


def test_the_apps_own_moment_counts_since_it_stays_put_between_its_looks() -> None:
    found = one(timeleft="00:10:00", estimatedCompletionTime="2026-07-01T12:08:30Z")

    assert found.done_at == datetime(2026, 7, 1, 12, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize("moment", ["tomorrow", "", None, [], "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z"])
def test_a_moment_that_cannot_be_read_leaves_the_time_left(moment: object) -> None:
    assert one(timeleft="00:10:00", estimatedCompletionTime=moment).done_at == READ_AT + timedelta(minutes=10)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_outside_of_the_calendar_is_none(moment: str) -> None:
    found = one(estimatedCompletionTime=moment, added=moment)

    assert (found.done_at, found.grabbed_at) == (None, None)


@pytest.mark.parametrize(
    "text", ["2026-07-01T12:00:00Z", "2026-07-01T14:00:00+02:00", "2026-07-01T12:00:00", "2026-07-01T12:00:00.0000000Z"]
)
def test_every_moment_is_in_utc(text: str) -> None:
    found = one(added=text)

    assert found.grabbed_at == READ_AT
    assert found.grabbed_at is not None and found.grabbed_at.tzinfo is not None


# Grouping


def test_a_season_pack_is_one_download_whose_bytes_count_once() -> None:
    records = fixture_records("records_of_a_pack.json")

    (pack,) = downloads(*records)

    assert (pack.size, pack.remaining, pack.episodes) == (42_949_672_960, 27_917_287_424, 10)
    assert pack.media == Media(series=5, season=2, episodes=tuple(range(50201, 50211)))
    assert pack.queue_id == min(record["id"] for record in records)


def test_a_pack_is_the_same_in_whatever_order_its_records_come() -> None:
    chance = random.Random(5)
    records = fixture_records("records_of_a_pack.json")
    (pack,) = downloads(*records)
    for _ in range(20):
        chance.shuffle(records)
        assert downloads(*records) == (pack,)


def test_downloads_stand_in_the_order_in_which_they_first_appear() -> None:
    found = downloads(
        {"id": 30, "downloadId": "B"}, {"id": 10, "downloadId": "A"}, {"id": 20, "downloadId": "B"}, {"id": 5}
    )

    assert [download.queue_id for download in found] == [20, 10, 5]


def test_one_download_that_two_clients_list_is_one() -> None:
    found = downloads(
        {"id": 1, "downloadId": "A", "size": 10, "sizeleft": 4}, {"id": 2, "downloadId": "A", "size": 10, "sizeleft": 4}
    )

    assert [(download.queue_id, download.size) for download in found] == [(1, 10)]


PENDING: Json = {
    "title": "A.Season",
    "indexer": "I",
    "added": "2026-07-01T11:00:00Z",
    "status": "delay",
    "size": 8,
    "sizeleft": 8,
    "seriesId": 5,
    "seasonNumber": 1,
}


def test_the_records_of_a_pending_pack_are_one_download() -> None:
    (pack,) = downloads(*({**PENDING, "id": id, "episodeId": id} for id in (3, 1, 2)))

    assert (pack.queue_id, pack.media.episodes, pack.size, pack.pending) == (1, (1, 2, 3), 8, True)


@pytest.mark.parametrize(
    "other", [{"title": "Another.Season"}, {"indexer": "J"}, {"added": "2026-07-01T11:00:01Z"}, {"downloadId": "HASH"}]
)
def test_pending_records_that_differ_are_different_downloads(other: Json) -> None:
    assert len(downloads({**PENDING, "id": 1}, {**PENDING, "id": 2, **other})) == 2


@pytest.mark.parametrize("nothing", [{}, {"downloadId": None}, {"downloadId": ""}, {"downloadId": []}])
def test_records_without_a_download_id_are_not_all_one(nothing: Json) -> None:
    found = downloads(*({"id": id, "title": "The same", "status": "delay", **nothing} for id in (1, 2, 3)))

    assert [download.queue_id for download in found] == [1, 2, 3]


def test_a_double_episode_is_one_download_of_two() -> None:
    (double,) = downloads(
        {"id": 1, "downloadId": "A", "seriesId": 5, "seasonNumber": 4, "episodeId": 10},
        {"id": 2, "downloadId": "A", "seriesId": 5, "seasonNumber": 4, "episodeId": 9},
    )

    assert double.media == Media(series=5, season=4, episodes=(9, 10))


# What the app knows of it


@pytest.mark.parametrize(
    ("fields", "grabbed"),
    [
        ({"added": "2026-07-01T11:00:00Z"}, True),
        ({"indexer": "Indexer One"}, True),
        ({"added": None, "indexer": ""}, False),
        ({}, False),
        ({"trackedDownloadState": ..., "downloadId": ..., "status": "delay"}, True),
    ],
)
def test_a_download_was_grabbed_if_the_app_knows_when_or_where_or_waits_with_it(fields: Json, grabbed: bool) -> None:
    assert one(**fields).grabbed_by_app is grabbed


@pytest.mark.parametrize(
    ("formats", "score", "parsed"),
    [
        ([], 0, True),
        ([{"id": 1, "name": "HDR"}], 25, True),
        (..., 0, False),
        (None, 0, False),
        pytest.param(..., ..., True, id="Sonarr 3, which knows no custom formats"),
    ],
)
def test_a_release_without_custom_formats_was_not_parsed_unless_the_app_is_too_old(
    formats: object, score: object, parsed: bool
) -> None:
    assert one(customFormats=formats, customFormatScore=score).parsed is parsed


@pytest.mark.parametrize(
    ("fields", "pending"),
    [
        ({}, False),
        ({"downloadId": ...}, False),
        ({"trackedDownloadState": ...}, False),
        ({"downloadId": ..., "trackedDownloadState": ..., "status": "delay"}, True),
        ({"downloadId": None, "trackedDownloadState": None, "status": "downloadClientUnavailable"}, True),
    ],
)
def test_a_download_is_pending_if_no_client_and_no_tracking_knows_it(fields: Json, pending: bool) -> None:
    assert one(**fields).pending is pending


@pytest.mark.parametrize(("value", "can"), [(True, True), (False, False), (..., False), (None, False), ([], False)])
def test_the_post_import_category_is_there_only_if_the_app_says_so(value: object, can: bool) -> None:
    assert one(downloadClientHasPostImportCategory=value).can_change_category is can


# The other answers


def test_the_two_status_answers_name_their_app() -> None:
    said = [SystemStatus.model_validate_json(fixture(f"{app}_status.json")) for app in ("radarr", "sonarr")]

    assert [status.app_name for status in said] == ["Radarr", "Sonarr"]
    assert all(status.version and status.start_time for status in said)


def test_a_status_of_before_2022_has_no_name_and_is_read_all_the_same() -> None:
    status = SystemStatus.model_validate_json(b'{"version": "3.0.6.1342", "startTime": "2021-05-01T10:00:00"}')

    assert (status.app_name, status.version) == ("", "3.0.6.1342")
    assert status.start_time == datetime(2021, 5, 1, 10, tzinfo=UTC)


def test_of_health_nothing_is_kept_that_could_carry_a_key() -> None:
    health = TypeAdapter(tuple[HealthItem, ...]).validate_json(fixture("health.json"))

    assert ("DownloadClientCheck", "error") in [(item.source, item.type) for item in health]
    assert "apikey" in fixture("health.json").decode()
    assert "apikey" not in repr(health) and "http" not in repr(health)


def test_a_movie_may_have_no_year() -> None:
    assert Movie.model_validate_json(b'{"title": "A Film", "year": null}').year is None
