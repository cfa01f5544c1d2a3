"""What a manual import would do, and what it leaves out; and how the app is asked for it and for a grab."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
import respx

from discarr import errors
from discarr.arr.client import ArrClient
from discarr.arr.http import tls_context
from discarr.arr.manual_import import MAX_FILES
from discarr.model.download import Download, DownloadKey, Media, State
from discarr.model.import_reasons import Obstacle
from discarr.model.instance import Instance
from discarr.model.manual_import import ImportPlan
from tests.support.builders import RADARR, SONARR, download, pack

URL = "http://app.test:7878"
API = f"{URL}/api/v3"
QUALITY = {"quality": {"id": 3, "name": "WEBDL-1080p"}, "revision": {"version": 1, "real": 0, "isRepack": False}}
BY_ID = "Found matching movie via grab history, but release was matched to movie by ID. Manual Import required."
HEAT = {"id": 1, "title": "Heat", "year": 1995, "movieFileId": 0}


@pytest.fixture
async def radarr() -> AsyncIterator[ArrClient]:
    async with _client(RADARR) as client:
        yield client


@pytest.fixture
async def sonarr() -> AsyncIterator[ArrClient]:
    async with _client(SONARR) as client:
        yield client


def _client(instance: Instance) -> ArrClient:
    return ArrClient(instance, URL, "d15ca44000000000000000000000001a", tls=tls_context(True))


def film(**changes: Any) -> dict[str, Any]:
    """A file that Radarr would import, with what it sends besides."""
    item = {
        "id": 12,
        "path": "/downloads/Heat.1995/heat.mkv",
        "relativePath": "heat.mkv",
        "folderName": "Heat.1995",
        "name": "heat",
        "size": 9_000_000_000,
        "movie": {**HEAT, "overview": "Long", "images": []},
        "quality": QUALITY,
        "languages": [{"id": 1, "name": "English"}],
        "releaseGroup": "EXAMPLE",
        "qualityWeight": 301,
        "customFormats": [],
        "indexerFlags": 0,
        "downloadId": "HASH1",
        "rejections": [],
    }
    return {key: value for key, value in {**item, **changes}.items() if value is not None}


def episode(number: int, **changes: Any) -> dict[str, Any]:
    """A file that Sonarr would import as this episode of the pack's season."""
    about = {"id": 200 + number, "seasonNumber": 2, "episodeNumber": number, "title": f"Chapter {number}"}
    return film(
        **{
            "path": f"/downloads/pack/e{number}.mkv",
            "movie": None,
            "series": {"id": 5, "title": "The Lighthouse Archive"},
            "seasonNumber": 2,
            "episodes": [{**about, "hasFile": False, "episodeFileId": 0}],
            "releaseType": "seasonPack",
            **changes,
        }
    )


async def planned(client: ArrClient, subject: Download, *items: dict[str, Any]) -> ImportPlan:
    with respx.mock:
        respx.get(f"{API}/manualimport").respond(json=list(items))
        return await client.importable(subject)


def left_out(plan: ImportPlan) -> list[tuple[str, Obstacle]]:
    return [(left.name, left.obstacle) for left in plan.left_out]


BLOCKED = download(1, state=State.IMPORT_BLOCKED, reasons=(BY_ID,))


# The plan.


async def test_a_file_is_named_with_what_it_becomes(radarr: ArrClient) -> None:
    plan = await planned(radarr, BLOCKED, film())

    (file,) = plan.files
    assert (file.name, file.becomes, file.quality) == ("heat.mkv", "Heat (1995)", "WEBDL-1080p")
    assert (file.languages, file.replaces, plan.is_guess, plan.left_out) == (("English",), False, False, ())


async def test_of_a_pack_with_one_file_without_a_match_the_others_are_imported(sonarr: ArrClient) -> None:
    unmatched = episode(3, series=None, episodes=None, seasonNumber=None, rejections=[])

    plan = await planned(sonarr, pack(), episode(1), episode(2), unmatched)

    assert [file.becomes for file in plan.files] == [
        "The Lighthouse Archive S02E01 · Chapter 1",
        "The Lighthouse Archive S02E02 · Chapter 2",
    ]
    assert left_out(plan) == [("e3.mkv", Obstacle.NO_MATCH)]
    assert plan.ids == {201, 202}


@pytest.mark.parametrize(
    ("changes", "obstacle"),
    [
        ({"rejections": [{"reason": "Not an upgrade for existing", "type": "permanent"}]}, Obstacle.NOT_AN_UPGRADE),
        ({"rejections": [{"reason": BY_ID}, {"reason": "Sample"}]}, Obstacle.SAMPLE),
        ({"rejections": [{"reason": "Sample"}, {"reason": "Not an upgrade for"}]}, Obstacle.NOT_AN_UPGRADE),
        ({"rejections": [{"reason": "One or more movies expected"}]}, Obstacle.UNKNOWN),
        ({"path": "/downloads/setup.exe"}, Obstacle.NOT_VIDEO),
        ({"path": "C:\\downloads\\setup.mkv.EXE"}, Obstacle.NOT_VIDEO),
        ({"path": "/downloads/heat"}, Obstacle.NOT_VIDEO),
        ({"movie": None}, Obstacle.NO_MATCH),
        ({"movie": {"title": "No id"}}, Obstacle.NO_MATCH),
        ({"movie": {**HEAT, "id": 2}}, Obstacle.OTHER_TITLE),
        ({"quality": None}, Obstacle.NO_QUALITY),
        ({"languages": []}, Obstacle.NO_QUALITY),
        ({"languages": "English"}, Obstacle.NO_QUALITY),
        ({"languages": [{}]}, Obstacle.NO_QUALITY),
        ({"quality": {"quality": {}, "revision": {"version": 1}}}, Obstacle.NO_QUALITY),
    ],
)
async def test_a_file_that_is_not_safe_to_import_is_left_out(
    radarr: ArrClient, changes: dict[str, Any], obstacle: Obstacle
) -> None:
    plan = await planned(radarr, BLOCKED, film(**changes))

    assert plan.files == ()
    assert [each for _, each in left_out(plan)] == [obstacle]


async def test_what_a_manual_import_solves_is_no_obstacle(radarr: ArrClient) -> None:
    reasons = [{"reason": BY_ID}, {"reason": "Unable to determine if file is a sample"}]

    assert len((await planned(radarr, BLOCKED, film(rejections=reasons))).files) == 1


async def test_of_several_files_that_share_a_movie_or_an_episode_only_the_largest_is_imported(
    radarr: ArrClient, sonarr: ArrClient
) -> None:
    small, double = film(path="/downloads/cd1.mkv", size=1), episode(1, size=1, path="/downloads/pack/e1e2.mkv")
    double["episodes"] += episode(2)["episodes"]

    plans = [await planned(radarr, BLOCKED, small, film()), await planned(sonarr, pack(), episode(1), double)]

    assert [[file.name for file in plan.files] for plan in plans] == [["heat.mkv"], ["e1.mkv"]]
    assert [left_out(plan) for plan in plans] == [[(f"{name}.mkv", Obstacle.SECOND_FILE)] for name in ("cd1", "e1e2")]


async def test_an_episode_that_the_queue_does_not_list_for_it_is_left_out(sonarr: ArrClient) -> None:
    plan = await planned(sonarr, pack(episodes=2), episode(1), episode(3))

    assert left_out(plan) == [("e3.mkv", Obstacle.OTHER_TITLE)]


async def test_of_a_pack_of_movies_none_is_imported_alone(radarr: ArrClient) -> None:
    other = film(path="/downloads/pack/ronin.mkv", movie={"id": 2, "title": "Ronin", "year": 1998})

    plan = await planned(radarr, BLOCKED, film(), other)

    assert plan.files == ()
    assert left_out(plan) == [("heat.mkv", Obstacle.PACK_OF_MOVIES), ("ronin.mkv", Obstacle.OTHER_TITLE)]


async def test_all_movies_of_a_pack_that_the_queue_does_not_know_are_imported_at_once(radarr: ArrClient) -> None:
    other = film(path="/downloads/pack/ronin.mkv", movie={"id": 2, "title": "Ronin", "year": 1998})

    plan = await planned(radarr, BLOCKED._replace(media=Media()), film(), other)

    assert plan.ids == {1, 2} and plan.is_guess


async def test_a_download_that_the_queue_does_not_know_is_to_be_compared(radarr: ArrClient) -> None:
    plan = await planned(radarr, BLOCKED._replace(media=Media()), film())

    assert plan.is_guess and len(plan.files) == 1


@pytest.mark.parametrize(
    ("movie", "replaces"),
    [
        ({"movieFileId": 0}, False),
        ({"movieFileId": 7}, True),
        ({"movieFileId": None, "hasFile": True}, True),
        ({"movieFileId": None}, None),
    ],
)
async def test_whether_it_replaces_a_file_is_what_the_app_says(
    radarr: ArrClient, movie: dict[str, Any], replaces: bool | None
) -> None:
    (file,) = (await planned(radarr, BLOCKED, film(movie={**HEAT, **movie}))).files

    assert file.replaces is replaces


@pytest.mark.parametrize(
    "changes",
    [
        {"quality": {**QUALITY, "revision": {"version": 2}}},
        {"movie": {**HEAT, "movieFileId": 7}},
        {"path": "/downloads/Heat.1995/other.mkv"},
        {"languages": [{"id": 2, "name": "French"}]},
    ],
)
async def test_the_digest_changes_with_whatever_was_shown(radarr: ArrClient, changes: dict[str, Any]) -> None:
    before, again = await planned(radarr, BLOCKED, film()), await planned(radarr, BLOCKED, film(overview="Longer"))
    after = await planned(radarr, BLOCKED, film(**changes))

    assert before.digest == again.digest != after.digest


@pytest.mark.parametrize(
    "answer",
    [
        {"records": []},
        [{"path": "/x.mkv"}],
        [{"rejections": []}],
        [film(rejections="none")],
        [film(rejections=[{"type": "permanent"}])],
        [film()] * (MAX_FILES + 1),
    ],
)
@respx.mock
async def test_an_answer_that_is_not_what_its_api_promises_plans_nothing(radarr: ArrClient, answer: Any) -> None:
    respx.get(f"{API}/manualimport").respond(json=answer)

    with pytest.raises(errors.BadAnswer):
        await radarr.importable(BLOCKED)


# The requests.


@respx.mock
async def test_the_files_are_asked_for_by_the_download_id_alone(sonarr: ArrClient) -> None:
    route = respx.get(f"{API}/manualimport").respond(json=[])

    assert await sonarr.importable(pack()) == ImportPlan()

    assert dict(route.calls[0].request.url.params) == {"downloadId": "HASH1", "filterExistingFiles": "true"}


@respx.mock
async def test_one_command_imports_all_files_by_their_ids(sonarr: ArrClient) -> None:
    plan = await planned(sonarr, pack(), episode(1), episode(2))
    route = respx.post(f"{API}/command").respond(201, json={"id": 31, "status": "queued"})

    assert (await sonarr.import_files(plan)).id == 31

    body = json.loads(route.calls[0].request.content)
    assert (body["name"], body["importMode"]) == ("ManualImport", "auto")
    assert body["files"][0] == {
        "path": "/downloads/pack/e1.mkv",
        "folderName": "Heat.1995",
        "seriesId": 5,
        "episodeIds": [201],
        "quality": QUALITY,
        "languages": [{"id": 1, "name": "English"}],
        "releaseGroup": "EXAMPLE",
        "indexerFlags": 0,
        "releaseType": "seasonPack",
        "downloadId": "HASH1",
    }
    assert len(body["files"]) == 2


@respx.mock
async def test_the_id_of_a_movie_is_sent_without_the_movie(radarr: ArrClient) -> None:
    plan = await planned(radarr, BLOCKED, film())
    route = respx.post(f"{API}/command").respond(201, json={"id": 31, "status": "queued"})

    await radarr.import_files(plan)

    (file,) = json.loads(route.calls[0].request.content)["files"]
    assert file["movieId"] == 1 and "movie" not in file and "seriesId" not in file


@respx.mock
async def test_a_command_is_over_whatever_came_of_it_also_where_the_app_has_forgotten_it(radarr: ArrClient) -> None:
    route = respx.get(f"{API}/command/31")
    for status in ("queued", "started", "completed", "failed", "aborted", "orphaned"):
        route.respond(json={"id": 31, "status": status, "result": "successful"})
        assert await radarr.is_over(31) is (status not in ("queued", "started"))
    route.respond(404, json={"message": "NotFound"})
    assert await radarr.is_over(31)


@respx.mock
async def test_a_grab_names_the_release_in_the_path_and_one_that_is_not_pending_is_already_gone(
    radarr: ArrClient,
) -> None:
    route = respx.post(f"{API}/queue/grab/17").respond(json={})
    await radarr.grab(17)
    route.respond(404, json={"message": "NotFound"})
    with pytest.raises(errors.AlreadyGone):
        await radarr.grab(17)

    assert [call.request.content for call in route.calls] == [b"", b""]


async def _plan(client: ArrClient) -> object:
    return await client.importable(BLOCKED)


async def _grab(client: ArrClient) -> None:
    await client.grab(17)


@pytest.mark.parametrize(("ask", "words"), [(_plan, "cannot list the files"), (_grab, "could not grab it")])
@respx.mock
async def test_a_500_is_told_in_our_words_and_nothing_was_done(
    radarr: ArrClient, ask: Callable[[ArrClient], Any], words: str
) -> None:
    body = {"message": "Unable to connect to http://sab:8080/api?apikey=SECRET", "description": "at /config"}
    respx.route(host="app.test").respond(500, json=body)

    with pytest.raises(errors.ServerFailed, match=words) as caught:
        await ask(radarr)

    assert not caught.value.uncertain
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize("ask", [_plan, _grab])
@respx.mock
async def test_a_version_without_the_route_is_too_old(radarr: ArrClient, ask: Callable[[ArrClient], Any]) -> None:
    respx.route(host="app.test").respond(404)

    with pytest.raises(errors.BadAnswer, match="too old"):
        await ask(radarr)


@respx.mock
async def test_a_grab_whose_answer_is_lost_may_have_been_done(radarr: ArrClient) -> None:
    respx.post(f"{API}/queue/grab/17").mock(side_effect=httpx.ReadTimeout)

    with pytest.raises(errors.TimedOut) as caught:
        await radarr.grab(17)

    assert caught.value.uncertain


async def test_the_id_of_a_download_is_sent_as_the_queue_spells_it(radarr: ArrClient) -> None:
    subject = BLOCKED._replace(key=DownloadKey("radarr", "SABnzbd_nzo_aB3"))

    (file,) = (await planned(radarr, subject, film())).files

    assert json.loads(file.entry)["downloadId"] == "SABnzbd_nzo_aB3"
