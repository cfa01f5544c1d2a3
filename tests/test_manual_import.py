"""What a manual import would do, and what it leaves out; and how the app is asked for it and for a grab."""

import json
from typing import Any

import pytest
import respx

from discarr import errors
from discarr.arr.client import MAX_ITEMS
from discarr.arr.import_plan import plan_from
from discarr.arr.manual_import import ImportItem
from discarr.demo.arr import EpisodeMedia, MovieMedia, SeriesMedia
from discarr.demo.arr.items import FoundFile, Json
from discarr.demo.arr.records import LANGUAGES, file_record, quality
from discarr.model.download import Download, DownloadKey, Media, State
from discarr.model.import_reasons import Obstacle
from discarr.model.manual_import import ImportPlan
from tests.support.apps import client_at, failure
from tests.support.builders import SONARR, download, pack

URL = "http://app.test:7878"
API = f"{URL}/api/v3"
BY_ID = "Found matching movie via grab history, but release was matched to movie by ID. Manual Import required."
HEAT = MovieMedia(1, "Heat", 1995)


def changed(file: FoundFile, changes: Json) -> Json:
    """What the app sends of a file, with these changes; None leaves something out."""
    record = {**file_record(file, "HASH1"), **changes}
    return {key: value for key, value in record.items() if value is not None}


def film(**changes: Any) -> Json:
    """A file that Radarr would import."""
    return changed(FoundFile("/downloads/Heat.1995/heat.mkv", HEAT), changes)


def episode(*numbers: int, **changes: Any) -> Json:
    """A file that Sonarr would import as these episodes of the pack's season."""
    episodes = tuple(EpisodeMedia(200 + number, 5, 2, number, f"Chapter {number}") for number in numbers)
    return changed(
        FoundFile(f"/downloads/pack/e{numbers[-1]}.mkv", SeriesMedia(5, "The Lighthouse Archive"), episodes), changes
    )


def planned(subject: Download, *items: Json) -> ImportPlan:
    return plan_from(map(ImportItem.model_validate, items), subject)


def outcome(plan: ImportPlan) -> dict[str, Obstacle | None]:
    """The obstacle of each file by its name, None for those that are imported."""
    return {file.name: None for file in plan.files} | {left.name: left.obstacle for left in plan.left_out}


BLOCKED = download(1, state=State.IMPORT_BLOCKED, reasons=(BY_ID,))
RONIN = film(path="/downloads/pack/ronin.mkv", movie={"id": 2, "title": "Ronin", "year": 1998})


def test_a_file_is_named_with_what_it_becomes_and_one_of_a_pack_without_a_match_is_left_out() -> None:
    plan, unmatched = planned(BLOCKED, film()), episode(3, series=None, episodes=None)
    (file,) = plan.files
    assert (file.name, file.becomes, file.quality) == ("heat.mkv", "Heat (1995)", "WEBDL-1080p")
    assert (file.languages, file.replaces, plan.is_guess, plan.left_out) == (("English",), False, False, ())
    series = "The Lighthouse Archive"
    assert [each.becomes for each in planned(pack(), DOUBLE).files] == [f"{series} S02E01E02"]

    plan = planned(pack(), episode(1), episode(2), unmatched)
    assert [each.becomes for each in plan.files] == [f"{series} S02E0{n} · Chapter {n}" for n in (1, 2)]
    assert outcome(plan) == {"e1.mkv": None, "e2.mkv": None, "e3.mkv": Obstacle.NO_MATCH}
    assert plan.ids() == {201, 202}


@pytest.mark.parametrize(
    ("changes", "obstacle"),
    [
        ({"rejections": [{"reason": BY_ID}, {"reason": "Unable to determine if file is a sample"}]}, None),
        ({"rejections": [{"reason": "Not an upgrade for existing", "type": "permanent"}]}, Obstacle.NOT_AN_UPGRADE),
        ({"rejections": [{"reason": BY_ID}, {"reason": "Sample"}]}, Obstacle.SAMPLE),
        ({"rejections": [{"reason": "Sample"}, {"reason": "Not an upgrade for"}]}, Obstacle.NOT_AN_UPGRADE),
        ({"rejections": [{"reason": "One or more movies expected"}]}, Obstacle.UNKNOWN),
        ({"path": "/downloads/setup.exe"}, Obstacle.NOT_VIDEO),
        ({"path": "C:\\downloads\\setup.mkv.EXE"}, Obstacle.NOT_VIDEO),
        ({"path": "/downloads/heat"}, Obstacle.NOT_VIDEO),
        ({"movie": None}, Obstacle.NO_MATCH),
        ({"movie": {"title": "No id"}}, Obstacle.NO_MATCH),
        ({"movie": {**HEAT.record(), "id": 2}}, Obstacle.OTHER_TITLE),
        ({"quality": None}, Obstacle.NO_QUALITY),
        ({"languages": []}, Obstacle.NO_QUALITY),
        ({"languages": "English"}, Obstacle.NO_QUALITY),
        ({"languages": [{}]}, Obstacle.NO_QUALITY),
        ({"quality": {"quality": {}, "revision": {"version": 1}}}, Obstacle.NO_QUALITY),
    ],
)
def test_a_file_is_left_out_for_what_an_import_does_not_solve(changes: Json, obstacle: Obstacle | None) -> None:
    assert list(outcome(planned(BLOCKED, film(**changes))).values()) == [obstacle]


DOUBLE = episode(1, 2, size=1)
SECOND = film(path="/downloads/cd1.mkv", size=1)
OTHERS_MOVIES = {"heat.mkv": Obstacle.PACK_OF_MOVIES, "ronin.mkv": Obstacle.OTHER_TITLE}


@pytest.mark.parametrize(
    ("subject", "items", "files"),
    [
        (BLOCKED, [SECOND, film()], {"heat.mkv": None, "cd1.mkv": Obstacle.SECOND_FILE}),
        (pack(), [episode(1), DOUBLE], {"e1.mkv": None, "e2.mkv": Obstacle.SECOND_FILE}),
        (pack(episodes=2), [episode(1), episode(3)], {"e1.mkv": None, "e3.mkv": Obstacle.OTHER_TITLE}),
        (BLOCKED, [film(), RONIN], OTHERS_MOVIES),
        (pack(media=Media(series=5)), [episode(1)], {"e1.mkv": None}),
        (BLOCKED._replace(media=Media()), [film(), RONIN], {"heat.mkv": None, "ronin.mkv": None}),
    ],
    ids=["largest", "single", "no other episode", "no pack of movies", "any of a series", "all of unknown movies"],
)
def test_several_files_are_imported_as_far_as_they_are_what_the_queue_says(
    subject: Download, items: list[Json], files: dict[str, Obstacle | None]
) -> None:
    plan = planned(subject, *items)

    assert outcome(plan) == files
    assert plan.is_guess is (subject.media == Media())


@pytest.mark.parametrize(
    ("movie", "replaces"),
    [
        ({"movieFileId": 0}, False),
        ({"movieFileId": 7}, True),
        ({"movieFileId": None, "hasFile": True}, True),
        ({"movieFileId": None}, None),
    ],
)
def test_whether_it_replaces_a_file_is_what_the_app_says(movie: Json, replaces: bool | None) -> None:
    (file,) = planned(BLOCKED, film(movie={**HEAT.record(), **movie})).files

    assert file.replaces is replaces


@pytest.mark.parametrize(
    "changes",
    [
        {"quality": quality("Bluray-1080p")},
        {"movie": {**HEAT.record(), "movieFileId": 7}},
        {"path": "/downloads/Heat.1995/other.mkv"},
        {"languages": [{"id": 2, "name": "French"}]},
    ],
)
def test_the_digest_changes_with_whatever_was_shown(changes: Json) -> None:
    before, again, after = (planned(BLOCKED, film(**each)) for each in ({}, {"overview": "Longer"}, changes))

    assert before.digest() == again.digest() != after.digest()


@pytest.mark.parametrize(
    "answer",
    [
        {"records": []},
        [{"path": "/x.mkv"}],
        [{"rejections": []}],
        [film(rejections="none")],
        [film(rejections=[{"type": "permanent"}])],
        [film()] * (MAX_ITEMS + 1),
    ],
)
@respx.mock
async def test_an_answer_that_is_not_what_its_api_promises_plans_nothing(answer: Any) -> None:
    respx.get(f"{API}/manualimport").respond(json=answer)

    async with client_at(URL) as client:
        assert type(await failure(client.importable(BLOCKED))) is errors.BadAnswer


@respx.mock
async def test_files_are_asked_for_by_the_download_id_alone_and_imported_by_one_command() -> None:
    """The id of the download is sent as the queue spells it. A command that the app has forgotten is over."""
    asked = respx.get(f"{API}/manualimport").respond(json=[])
    posted = respx.post(f"{API}/command").respond(201, json={"id": 31, "status": "queued"})
    command = respx.get(f"{API}/command/31")
    subject = pack(key=DownloadKey("sonarr", "hash1"))

    async with client_at(URL, instance=SONARR) as client:
        assert await client.importable(subject) == ImportPlan()
        assert (await client.import_files(planned(subject, episode(1), episode(2)))).id == 31
        for status in ("queued", "started", "completed", "failed", "aborted", "orphaned"):
            command.respond(json={"id": 31, "status": status, "result": "successful"})
            assert await client.is_over(31) is (status not in ("queued", "started"))
        command.respond(404, json={"message": "NotFound"})
        assert await client.is_over(31)

    assert dict(asked.calls[0].request.url.params) == {"downloadId": "hash1", "filterExistingFiles": "true"}
    body = json.loads(posted.calls[0].request.content)
    assert (body["name"], body["importMode"], len(body["files"])) == ("ManualImport", "auto", 2)
    assert body["files"][0] == {
        "path": "/downloads/pack/e1.mkv",
        "folderName": "pack",
        "seriesId": 5,
        "episodeIds": [201],
        "quality": quality(),
        "languages": LANGUAGES,
        "releaseGroup": "EXAMPLE",
        "indexerFlags": 0,
        "releaseType": "seasonPack",
        "downloadId": "hash1",
    }
